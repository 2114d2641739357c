"""Reports to a real data interface: all that can be taken is, the one that never can is dropped alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.campaign import Campaign
from pipelines.config import LOOPBACK
from pipelines.contract import CustodyStep, CustodySteps
from pipelines.contract_desk import ThingStep
from pipelines.http import Http
from pipelines.intake.day.prefill import prefill
from pipelines.intake.moments import micros
from pipelines.intake.places import places
from pipelines.intake.world.custody_post import CustodyPost
from pipelines.intake.world.tube_steps import RANK, Step
from pipelines.machines import MachineName
from pipelines.vocabulary import TubeEventKind as Kind
from tests.intake.running import Intake, running

HELD = "SELECT barcode FROM tube WHERE state = 'handed_over' ORDER BY barcode"


@pytest.fixture
def post(small: Campaign, tmp_path: Path):
    """The post of a district an hour after opening, and its running intake."""
    with running(small, tmp_path, small.round.demo_starts_at, 0.0) as intake:
        prefill(small, intake.settings, small.round.demo_starts_at, lambda _share: None)
        intake.start("data")
        data = f"{LOOPBACK}:{intake.settings.data_port}"
        post = CustodyPost(Http([data]), f"http://{data}")
        yield post, intake
        post.stop()


def settled(post: CustodyPost, intake: Intake, holds: Callable[[], bool]) -> None:
    def turned() -> bool:
        post.turn()
        return holds()

    intake.until(turned, within_s=20.0)


@pytest.mark.slow
def test_steps_nobody_can_take_are_dropped_and_all_others_are_recorded(
    post: tuple[CustodyPost, Intake], small: Campaign
):
    line, intake = post
    now, waiting = micros(small.round.demo_starts_at), [barcode for (barcode,) in intake.rows(HELD)]
    sampled = [Step(now, now, RANK[Kind.SAMPLED], barcode, 0) for barcode in waiting]
    unknown = Step(now, now, RANK[Kind.SAMPLED], "NOSUCHTUBE1", 0)
    too_early = Step(now, now, RANK[Kind.RESULTED], waiting[0], 0)

    line.add([unknown, *sampled[:4], too_early, *sampled[4:], unknown])
    settled(line, intake, lambda: not intake.rows(HELD))

    assert len(waiting) > 6
    assert intake.rows("SELECT count(*) FROM tube WHERE state = 'resulted'") == [(0,)]


@pytest.mark.slow
def test_a_tube_that_its_site_voided_is_reported_once_and_then_dropped(
    post: tuple[CustodyPost, Intake], small: Campaign
):
    """Case 57."""
    line, intake = post
    now, (voided, *others) = micros(small.round.demo_starts_at), [barcode for (barcode,) in intake.rows(HELD)]
    void = CustodyStep(barcode=voided, kind=Kind.VOIDED, happened_at=small.round.demo_starts_at)
    assert intake.ask("data", "POST", "/v1/custody", CustodySteps(steps=[void]))[0] == 200

    for kind in (Kind.SAMPLED, Kind.BAGGED, Kind.DISPATCHED):
        line.add([Step(now, now, RANK[kind], barcode, 0) for barcode in (voided, *others)])
    sent = "SELECT count(*) FROM tube_event WHERE kind = 'dispatched' AND happened_at = ?"
    settled(line, intake, lambda: intake.rows(sent, now) == [(len(others),)])
    line.add([Step(now, now, RANK[Kind.RECEIVED], voided, 0)])

    assert line.dropped == 4
    assert intake.rows("SELECT rule FROM conflict WHERE barcode = ?", voided) == [("tube_voided",)]


@pytest.mark.slow
def test_steps_of_things_go_their_own_way(post: tuple[CustodyPost, Intake], small: Campaign):
    line, intake = post
    place, at = places(small)[0], small.round.opens_at
    roll = [
        ThingStep(
            machine=MachineName.LABEL_ROLL,
            thing_id="LS-1-L900",
            step=step,
            site_id=place.site_id,
            by=place.lab_id,
            happened_at=at,
        )
        for step in ("print", "cut", "issue", "issue", "return")
    ]
    state = "SELECT state FROM thing WHERE thing_id = 'LS-1-L900'"

    line.add_things(roll)
    settled(line, intake, lambda: intake.rows(state) == [("returned",)])


@pytest.mark.slow
def test_what_was_not_answered_is_sent_again_until_it_is_taken(post: tuple[CustodyPost, Intake], small: Campaign):
    line, intake = post
    now, (barcode,) = micros(small.round.demo_starts_at), intake.rows(HELD)[0]
    intake.kill("data")
    line.add([Step(now, now, RANK[Kind.SAMPLED], barcode, 0)])
    for _ in range(20):
        line.turn()
    intake.start("data")

    state = "SELECT state FROM tube WHERE barcode = ?"
    settled(line, intake, lambda: intake.rows(state, barcode) == [("sampled",)])
