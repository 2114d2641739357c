"""A ticket's acts: what each must say, when it may be done, and the register and the store tell the same of them."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.acts import ActLedger, ActOvertaken, ActRefused
from pipelines.acts.register import Register, Registrar, check_day
from pipelines.acts.ticketing import check_ticket, check_ticket_words
from pipelines.api import Act, NewAct, Scope
from pipelines.campaign.model_keeping import TicketClocks
from pipelines.jobs.pull_acts import act_rows
from pipelines.vocabulary import ActKind, TicketLevel
from tests.acts.examples import example
from tests.acts.kit import COMMANDER, HAPPENED, RECORDED, append, note
from tests.store.kit import Bench

SITE = Scope.site("LS-5")
CLOCKS = TicketClocks()


def ticket_check(register: Register, new: NewAct) -> None:
    check_ticket(register.tickets.get(new.target), new)


@pytest.fixture
def ledger(tmp_path):
    made = ActLedger(tmp_path / "acts.sqlite")
    yield made
    made.close()


def done(ledger: ActLedger, kind: ActKind, target: str = "", **facts: object) -> Act:
    """Do something about a ticket as the server would, ten minutes into the small day."""
    new = example(kind, SITE, target=target, **({"facts": facts} if facts else {}))
    check_ticket_words(new)
    return Registrar(ledger).append(new, COMMANDER, "", HAPPENED, RECORDED, ticket_check)


def test_a_ticket_goes_from_the_site_to_the_vendor_and_back_to_life(ledger):
    opened = done(ledger, ActKind.TICKET_OPENED)
    done(ledger, ActKind.TICKET_TAKEN, opened.act_id)
    done(ledger, ActKind.TICKET_ESCALATED, opened.act_id, level="town")
    with pytest.raises(ActRefused, match="escalate it to the district first"):
        done(ledger, ActKind.TICKET_HANDED, opened.act_id, vendor="vendor-p")
    with pytest.raises(ActRefused, match="the next level is district"):
        done(ledger, ActKind.TICKET_ESCALATED, opened.act_id, level="town")
    done(ledger, ActKind.TICKET_ESCALATED, opened.act_id, level="district")
    with pytest.raises(ActRefused, match="hand it to a vendor instead"):
        done(ledger, ActKind.TICKET_ESCALATED, opened.act_id, level="vendor")
    done(ledger, ActKind.TICKET_HANDED, opened.act_id, vendor="vendor-p")
    done(ledger, ActKind.TICKET_SOLVED, opened.act_id)
    for kind in (ActKind.TICKET_TAKEN, ActKind.TICKET_SOLVED, ActKind.TICKET_HANDED):
        with pytest.raises(ActRefused, match="is solved; look at it again"):
            done(ledger, kind, opened.act_id, vendor="vendor-p")
    done(ledger, ActKind.TICKET_NOTED, opened.act_id)
    done(ledger, ActKind.TICKET_REOPENED, opened.act_id)
    with pytest.raises(ActRefused, match="is open; look at it again"):
        done(ledger, ActKind.TICKET_REOPENED, opened.act_id)


def test_a_ticket_is_acted_on_in_its_own_place_only(ledger):
    opened = done(ledger, ActKind.TICKET_OPENED)
    register = Register()
    register.catch_up(ledger)
    elsewhere = example(ActKind.TICKET_SOLVED, Scope.site("LS-6"), target=opened.act_id)
    for new in (elsewhere, example(ActKind.TICKET_SOLVED, SITE, target="f" * 32)):
        with pytest.raises(ActRefused, match="there is no ticket"):
            ticket_check(register, new)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"facts": {"category": "weather", "severity": "warning", "level": "site"}}, "facts.category"),
        ({"facts": {"category": "network", "severity": "big", "level": "site"}}, "facts.severity"),
        ({"facts": {"category": "network", "severity": "warning", "level": "vendor"}}, "facts.level"),
        ({"facts": {"category": ["network"], "severity": "warning", "level": "site"}}, "facts.category"),
        (
            {"scope": Scope.town("990001002"), "facts": {"category": "other", "severity": "info", "level": "site"}},
            "facts.level",
        ),
    ],
)
def test_a_ticket_that_says_too_little_is_refused_with_its_field(change, field):
    fields = {"scope": SITE} | change
    with pytest.raises(ActRefused) as refused:
        check_ticket_words(example(ActKind.TICKET_OPENED, **fields))
    assert refused.value.field == field


def test_two_who_solve_one_ticket_at_once_are_told_apart(ledger):
    opened = done(ledger, ActKind.TICKET_OPENED)
    head = ledger.head()[0]
    append(ledger, note("something else"))
    late = example(ActKind.TICKET_SOLVED, SITE, target=opened.act_id)
    with pytest.raises(ActOvertaken):
        ledger.append(late, COMMANDER, "", HAPPENED, RECORDED, newest=head)
    registrar = Registrar(ledger)
    first = registrar.append(late, COMMANDER, "", HAPPENED, RECORDED, ticket_check)
    assert registrar.append(late, COMMANDER, "", HAPPENED, RECORDED, ticket_check) == first, "a repeat is answered"
    with pytest.raises(ActRefused, match="is solved"):
        done(ledger, ActKind.TICKET_SOLVED, opened.act_id)


def test_a_day_is_closed_once_until_it_is_reopened(ledger):
    registrar, town = Registrar(ledger), Scope.town("990001002")

    def act(kind: ActKind, scope: Scope = town) -> Act:
        return registrar.append(example(kind, scope), COMMANDER, "", HAPPENED, RECORDED, check_day)

    with pytest.raises(ActRefused, match="not closed here"):
        act(ActKind.DAY_REOPENED)
    act(ActKind.DAY_CLOSED)
    with pytest.raises(ActRefused, match=r"closed already, by liang.wei at 01:40 UTC"):
        act(ActKind.DAY_CLOSED)
    act(ActKind.DAY_CLOSED, Scope())
    act(ActKind.DAY_REOPENED)
    act(ActKind.DAY_CLOSED)


KINDS = sorted(kind for kind in ActKind if kind.value.startswith("ticket_"))


@settings(
    deadline=None,
    derandomize=True,
    max_examples=12,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(
    wishes=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 40)), min_size=4, max_size=30)
)
def test_the_register_and_the_store_tell_the_same_of_every_ticket(wishes, small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("same")
    ledger, register, opened, at = ActLedger(folder / "acts.sqlite"), Register(), [], HAPPENED
    for kind, which, minutes in [(ActKind.TICKET_OPENED, 0, 0), *wishes]:
        at += timedelta(minutes=minutes)
        ticket_id = "" if kind is ActKind.TICKET_OPENED else opened[which % len(opened)]
        ticket = register.tickets.get(ticket_id)
        above = ticket.level.above if ticket else None
        facts = {"level": above.value if above else "", "vendor": "vendor-p"}
        new = example(kind, SITE, target=ticket_id, **({} if kind is ActKind.TICKET_OPENED else {"facts": facts}))
        try:
            ticket_check(register, new)
        except ActRefused:
            continue
        register.take(ledger.append(new, COMMANDER, "", at, at))
        opened += [new.act_id] if kind is ActKind.TICKET_OPENED else []
    bench = Bench(folder / "command.duckdb", small)
    bench.clock.at = at
    bench.store.commit("test", {"act": act_rows(ledger.feed())})
    told = bench.ask("tickets_live", as_of=at)
    stored = {
        row["ticket_id"]: (row["level"], row["level_since"], row["state"] == "open", row["due_at"])
        for row in told.iter_rows(named=True)
    }
    assert stored == {
        one.ticket_id: (one.level.value, one.since, one.is_open, one.due_at(CLOCKS) if one.is_open else None)
        for one in register.tickets.values()
    }
    assert set(stored) == set(opened) and TicketLevel.SITE.above is TicketLevel.TOWN
    bench.store.close()
    ledger.close()
