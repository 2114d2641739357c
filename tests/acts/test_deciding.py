"""A recommendation is decided on once, however many decide at the same moment; a repeat of the first is the first."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pipelines.acts import ActLedger, ActRefused
from pipelines.acts.register import Registrar, check_decision
from pipelines.api import Act, NewAct, Scope, Viewer
from pipelines.vocabulary import ActKind, UserRole
from tests.acts.kit import COMMANDER, HAPPENED, RECORDED, note

LOAN = "loan:LS-5:20310302T013000"
OFFICER = Viewer(user_id="data", name="Data", role=UserRole.DATA_OFFICER, scope=Scope())


def decision(kind: ActKind = ActKind.RECOMMENDATION_ACCEPTED, target: str = LOAN) -> NewAct:
    return note(kind=kind, target=target)


def decide(registrar: Registrar, new: NewAct, actor: Viewer = COMMANDER) -> Act | str:
    """Return the act, or the sentence with which it was refused."""
    try:
        return registrar.append(new, actor, "10.1.2.3", HAPPENED, RECORDED, check_decision)
    except ActRefused as refused:
        return refused.sentence


def test_of_four_who_accept_at_once_one_does_and_the_others_are_told_by_whom(ledger: ActLedger) -> None:
    registrar = Registrar(ledger)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: decide(registrar, decision()), range(4)))
    refused = [answer for answer in answers if isinstance(answer, str)]
    assert len(refused) == 3
    assert all("accepted already, by liang.wei at 01:40 UTC" in sentence for sentence in refused)
    assert len(ledger.feed()) == 1


@pytest.mark.parametrize("first", [ActKind.RECOMMENDATION_ACCEPTED, ActKind.RECOMMENDATION_REJECTED])
def test_another_process_or_verdict_comes_too_late_too(ledger: ActLedger, first: ActKind) -> None:
    assert isinstance(decide(Registrar(ledger), decision(first), OFFICER), Act)
    late = decide(Registrar(ledger), decision(ActKind.RECOMMENDATION_REJECTED))
    assert isinstance(late, str) and f"was {first.value.removeprefix('recommendation_')} already, by data" in late
    assert isinstance(decide(Registrar(ledger), decision(target="loan:LS-5:20310302T014000")), Act)


def test_the_same_decision_sent_again_is_answered_as_it_was(ledger: ActLedger) -> None:
    registrar, new = Registrar(ledger), decision()
    assert decide(registrar, new) == decide(registrar, new)
