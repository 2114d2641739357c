"""What a site lends is one number: in the loans, in the recommendation, on the page and in the moves of a plan."""

import pytest

from dashboard.advising import loans as told
from dashboard.words import Words
from pipelines.advice.candidates import candidates
from pipelines.advice.measures import measures
from pipelines.advice.plan_rows import plan_tables
from pipelines.campaign import Campaign
from pipelines.campaign.lending import staff_of
from pipelines.planning.staffing import transfers
from pipelines.vocabulary import AdviceKind
from tests.advice.test_candidates import situation


@pytest.mark.parametrize(("taker", "queue"), [("LS-1", 300), ("LS-5", 200)])
def test_loans_recommendation_page_and_a_plans_moves_name_the_same_sites_and_people(
    small: Campaign, taker: str, queue: int
) -> None:
    now = situation(small, {taker: queue}, {taker: 1})
    reckoned = measures(now, small, [])
    (giver,) = {one.from_site for one in reckoned.loans}
    people = {one.role: one.persons for one in reckoned.loans}

    (advice,) = (one for one in candidates(small, reckoned) if one.kind is AdviceKind.LEND_STAFF)
    ordered = {order.facts["role"]: order.facts["persons"] for order in advice.orders}
    assert ordered == people == {role: advice.evidence[f"persons_{role}"] for role in people}
    assert (advice.evidence["lend_from"], advice.evidence["lend_to"]) == (giver, taker)

    lanes = {site_id: int(reckoned.hour.sites.lanes[n]) for site_id, n in reckoned.hour.index.items()}
    spared = {site_id: count - (count >= 2) for site_id, count in lanes.items()}
    (move,) = transfers(small, lanes, spared | {taker: lanes[taker] + 1})
    assert (move.from_site, move.to_site, move.teams) == (giver, taker, 1)
    assert people.items() <= staff_of(small.norms, move.teams).items()

    words, names = Words("en"), {site.site_id: site.name.en for site in small.sites}
    frame = plan_tables(reckoned, now.as_of)["staff_loan"]
    shown = {f"{end}_name_en": frame[f"{end}_site_id"].replace_strict(names) for end in ("from", "to")}
    lines = told.lines(frame.with_columns(**shown), words)
    for line, (role, persons) in zip(lines, people.items(), strict=True):
        assert names[giver] in line
        assert names[taker] in line
        assert words(f"loan.role.{role}", persons=str(persons)) in line
