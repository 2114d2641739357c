"""A tube filled person by person over HTTP: interrupted, resumed by its own session, closed; and how it can be told."""

from datetime import datetime
from typing import Any

import pytest

from pipelines.contract import TubeRegistration
from tests.intake.registrations import registration, token
from tests.intake.running import Intake


class Phone:
    """A phone with a session at a site, filling one tube."""

    def __init__(self, intake: Intake, group: int, server: str = "p1") -> None:
        self.intake, self.server = intake, server
        self.tube: TubeRegistration = registration(intake.campaign, group=group, site=5, device=f"step-{group % 3}")
        self.sequence = 1_000 + 100 * group

    def own(self, **more: Any) -> dict[str, Any]:
        self.sequence += 1
        session, at = f"session-{self.tube.device_id}", self.tube.opened_at
        who = {"device_id": self.tube.device_id, "device_sequence": self.sequence, "session_id": session}
        return who | {"happened_at": at} | more

    def open(self, **changed: Any) -> tuple[int, Any]:
        names = ("round_id", "site_id", "lane_no", "lab_id", "account_id", "barcode")
        place = {name: getattr(self.tube, name) for name in names}
        return self.ask("/v1/tubes/open", self.own(**place | changed))

    def bind(self, seat: int, **more: Any) -> tuple[int, Any]:
        return self.ask(f"/v1/tubes/{self.tube.barcode}/persons", self.own(person=self.tube.persons[seat], **more))

    def change(self, step: str, **more: Any) -> tuple[int, Any]:
        return self.ask(f"/v1/tubes/{self.tube.barcode}/{step}", self.own(**more))

    def ask(self, path: str, body: Any) -> tuple[int, Any]:
        return self.intake.ask(self.server, "POST", path, body)[:2]

    def stands(self, server: str = "p2") -> tuple[str, int, int]:
        told = self.intake.get(server, f"/v1/tubes/{self.tube.barcode}")
        return told["state"], told["persons"], told["seats_left"]


def test_a_tube_interrupted_at_six_goes_on_with_the_same_label_on_another_server_and_closes_full(intake: Intake):
    """Q62, case 48."""
    phone = Phone(intake, group=700)
    assert phone.open()[0] == 201
    assert [phone.bind(seat)[0] for seat in range(6)] == [200] * 6
    assert phone.change("suspend")[1]["state"] == "suspended"
    assert phone.stands() == ("suspended", 6, 4)

    phone.server = "p2"
    assert phone.change("resume")[1]["state"] == "open"
    assert [phone.bind(seat)[0] for seat in range(6, 10)] == [200] * 4
    status, told = phone.change("close")

    assert (status, told["state"], told["persons"], told["seats_left"]) == (200, "registered", 10, 0)
    assert intake.rows("SELECT count(*) FROM tube_event WHERE barcode = ?", phone.tube.barcode) == [(4,)]


def test_a_repeat_of_a_step_gets_the_recorded_answer(intake: Intake):
    phone = Phone(intake, group=701)
    opening = phone.own(
        **{name: getattr(phone.tube, name) for name in ("round_id", "site_id", "lane_no", "lab_id", "account_id")},
        barcode=phone.tube.barcode,
    )
    first, again = (phone.ask("/v1/tubes/open", opening) for _ in range(2))

    assert (first[0], again[0]) == (201, 200)
    assert again[1] == first[1] | {"is_replay": True}


def test_an_eleventh_person_and_a_wrong_lab_are_refused_and_change_nothing(intake: Intake):
    """Cases 43 and 55."""
    phone = Phone(intake, group=702)
    status, problem = phone.open(lab_id="lab-elsewhere")
    assert (status, problem["field"]) == (422, "lab_id")

    phone.open()
    for seat in range(10):
        phone.bind(seat)
    eleventh = phone.own(person=token(999_999_999))
    status, problem = phone.ask(f"/v1/tubes/{phone.tube.barcode}/persons", eleventh)

    assert status == 409
    assert len(problem["detail"]) > 20
    assert phone.stands() == ("open", 10, 0)


def test_a_short_tube_needs_a_reason(intake: Intake):
    """Case 44."""
    phone = Phone(intake, group=703)
    phone.open()
    phone.bind(0)

    assert phone.change("close")[0] == 422
    assert phone.change("close", short_reason="no_more_persons")[1]["state"] == "registered"


def test_a_closed_tube_counts_its_persons_on_the_server_that_closed_it(intake: Intake):
    before = intake.get("p1", "/v1/status")["persons_registered"]
    phone = Phone(intake, group=704)
    phone.open()
    phone.bind(0)
    phone.change("close", short_reason="no_more_persons")

    assert intake.get("p1", "/v1/status")["persons_registered"] == before + 1


@pytest.mark.parametrize(
    ("path", "status", "rule"),
    [
        ("/v1/tubes/LK19999999999", 404, "unknown_barcode"),
        ("/v1/tubes/O-0", 422, "malformed_barcode"),
        ("/v1/tubes/%27%20OR%201%3D1", 422, "malformed_barcode"),
        ("/v1/tubes/" + "A" * 500, 422, "malformed_barcode"),
    ],
)
def test_a_tube_that_is_not_there_is_told_so(intake: Intake, path: str, status: int, rule: str):
    answered, problem, _ = intake.ask("p1", "GET", path)

    assert (answered, problem["rule"]) == (status, rule)


def test_a_step_for_a_label_that_was_never_opened_is_refused(intake: Intake):
    phone = Phone(intake, group=705)

    for status, problem in (phone.bind(0), phone.change("resume")):
        assert (status, problem["rule"]) == (422, "unknown_barcode")


def test_things_go_through_their_steps_and_can_be_read_on_from_a_cursor(intake: Intake):
    at: datetime = intake.campaign.round.opens_at
    sheet = {"machine": "sheet", "thing_id": "sheet-7", "site_id": "LS-1", "by": "keeper-1", "happened_at": at}
    steps = [sheet | {"step": step} for step in ("print", "issue", "return", "destroy")]

    assert intake.ask("data", "POST", "/v1/steps", {"steps": steps})[:2] == (200, {"recorded": 4, "repeated": 0})
    assert intake.ask("data", "POST", "/v1/steps", {"steps": steps})[1] == {"recorded": 0, "repeated": 4}
    page = intake.get("data", "/v1/steps?after=1&limit=2")
    assert [(event["step"], event["state"]) for event in page["events"]] == [
        ("issue", "issued"),
        ("return", "returned"),
    ]
    assert intake.ask("data", "POST", "/v1/steps", {"steps": [sheet | {"step": "issue"}]})[0] in (200, 409)
    skipped = sheet | {"thing_id": "sheet-8", "step": "destroy"}
    assert intake.ask("data", "POST", "/v1/steps", {"steps": [skipped]})[0] == 409


def test_a_refused_repeat_is_told_among_the_exceptions(intake: Intake):
    """Case 51."""
    tube = registration(intake.campaign, group=710, site=6, device="twice")
    intake.ask("p1", "POST", "/v1/tubes", tube)
    other = registration(intake.campaign, group=710, site=6, device="other")
    assert intake.ask("p2", "POST", "/v1/tubes", other)[0] == 409

    conflicts = intake.get("data", "/v1/exceptions")["conflicts"]
    assert ("barcode_used", "other", tube.barcode) in [
        (row["rule"], row["device_id"], row["barcode"]) for row in conflicts
    ]


def test_quality_tells_every_site(intake: Intake):
    told = intake.get("data", "/v1/quality")

    assert [site["site_id"] for site in told["sites"]] == [site.site_id for site in intake.campaign.sites]
