"""Recommendations and disturbances over time: identity, refusal, acceptance, flapping."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipelines.advice.following import followed
from pipelines.advice.tracking import tracked
from pipelines.advice.words import Disturbance, Effect, Recommendation, SubjectKind
from pipelines.vocabulary import AdviceKind, Cause, ScopeLevel, Severity

T0 = datetime(2031, 3, 2, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def advice(subject: str = "LS-1", worth: float = 100.0, cause: str = "") -> Recommendation:
    effect = Effect("queue_persons", 90, 30, 60.0, worth)
    return Recommendation(
        AdviceKind.GO_OFFLINE, subject, ScopeLevel.SITE, subject, (subject,), {}, (), effect, disturbance_id=cause
    )


def told(found: list[Recommendation]) -> list[tuple[str, str]]:
    return [(one.subject, one.state) for one in found]


def test_the_same_advice_keeps_its_id_while_its_figures_move():
    (first,) = followed([advice()], [], {}, T0)
    (second,) = followed([advice(worth=140.0)], [first], {}, at(1))
    assert second.recommendation_id == first.recommendation_id
    assert second.effect.person_minutes == 140.0


def test_refused_advice_stays_away_until_its_evidence_has_changed_much():
    (first,) = followed([advice()], [], {}, T0)
    verdict = {first.recommendation_id: "rejected"}
    refused = followed([advice()], [first], verdict, at(1))
    assert told(refused) == [("LS-1", "rejected")]
    assert told(followed([advice(worth=150.0)], refused, verdict, at(5))) == [("LS-1", "rejected")]
    worse = followed([advice(worth=250.0)], refused, verdict, at(6))
    assert told(worse) == [("LS-1", "open"), ("LS-1", "rejected")]
    assert worse[0].recommendation_id != first.recommendation_id
    other = followed([advice(cause="power:LS-1:x")], refused, verdict, at(7))
    assert told(other)[0] == ("LS-1", "open")


def test_accepted_advice_stands_until_its_reason_is_gone():
    (first,) = followed([advice()], [], {}, T0)
    verdict = {first.recommendation_id: "accepted"}
    (taken,) = followed([advice(worth=500.0)], [first], verdict, at(1))
    assert (taken.state, taken.effect.person_minutes) == ("accepted", 100.0)
    (waits,) = followed([], [taken], verdict, at(3))
    assert waits.state == "accepted"
    (done,) = followed([], [taken], verdict, at(6))
    assert (done.state, done.ended_at) == ("done", at(6))


def test_open_advice_whose_reason_went_away_lapses_after_a_while_and_comes_back_under_its_id():
    (first,) = followed([advice()], [], {}, T0)
    (still,) = followed([], [first], {}, at(2))
    assert still.state == "open"
    (gone,) = followed([], [first], {}, at(4))
    assert gone.state == "lapsed"
    (back, *_) = followed([advice()], [gone], {}, at(5))
    assert back.recommendation_id == first.recommendation_id


def test_what_lapsed_while_somebody_was_deciding_is_decided_on_all_the_same():
    (first,) = followed([advice()], [], {}, T0)
    (gone,) = followed([], [first], {}, at(9))
    assert gone.state == "lapsed"
    (taken,) = followed([], [gone], {first.recommendation_id: "accepted"}, at(10))
    assert (taken.state, taken.ended_at) == ("accepted", None)
    (done,) = followed([], [taken], {first.recommendation_id: "accepted"}, at(20))
    assert done.state == "done"
    refused = {first.recommendation_id: "rejected"}
    assert told(followed([advice()], [gone], refused, at(10))) == [("LS-1", "rejected")]


def test_no_more_are_open_than_all_scopes_together_need():
    many = [advice(f"LS-{n}", 1_000.0 - n) for n in range(9)]
    assert [one.subject for one in followed(many, [], {}, T0)] == [f"LS-{n}" for n in range(6)]


def disturbance(subject: str = "p1", kind: SubjectKind = SubjectKind.SERVER, since: datetime = T0) -> Disturbance:
    explains = (f"server:{subject}",) if kind is SubjectKind.SERVER else ("server:p1", "server:p2")
    return Disturbance(
        Cause.SERVER, kind, subject, Severity.CRITICAL, since, since, {"LS-1": 2}, {"server": 1.0}, {}, explains
    )


def seen(one: Disturbance, moment: datetime) -> Disturbance:
    return replace(one, since=moment, seen_at=moment)


def test_what_flaps_is_one_disturbance_and_remembers_the_desks_that_it_drove_away():
    (first,) = tracked([disturbance()], [], T0)
    (quiet,) = tracked([], [first], at(2))
    assert quiet.ended_at is None
    (over,) = tracked([], [quiet], at(4))
    assert over.ended_at == at(4)
    (again,) = tracked([replace(seen(disturbance(), at(9)), desks_by_site={"LS-1": 0})], [over], at(9))
    assert (again.disturbance_id, again.ended_at, again.desks_by_site) == (first.disturbance_id, None, {"LS-1": 2})
    (another,) = tracked([seen(disturbance(), at(30))], [over], at(30))
    assert another.disturbance_id != first.disturbance_id


def test_a_wider_disturbance_takes_over_from_those_it_explains():
    one, two = disturbance("p1"), disturbance("p2")
    whole = seen(disturbance("", SubjectKind.PROVINCE), at(1))
    found = {item.subject: item.ended_at for item in tracked([whole], [one, two], at(1))}
    assert found == {"": None, "p1": at(1), "p2": at(1)}


def test_what_was_begun_twice_before_the_first_was_known_goes_on_as_the_first_alone():
    first, again = disturbance(), seen(disturbance(), at(2))
    found = tracked([seen(disturbance(), at(3))], [first, again], at(3))
    assert [(one.since, one.ended_at) for one in found] == [(T0, None), (at(2), at(3))]
