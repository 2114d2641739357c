"""The storm finds nothing in the ledger, and finds each rule that is taken out of it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from pipelines.contract import TubeReceipt, TubeRegistration
from pipelines.intake.ledger import making, page, record_custody, record_group, record_tube, record_upload, tube_rows
from pipelines.intake.ledger.page import Asked, Page, one
from pipelines.intake.ledger.tube_rows import Tube, tube_of
from pipelines.intake.moments import moment
from tests.intake.ledger.storm import storm

Patch = Callable[[pytest.MonkeyPatch], None]


def test_whatever_comes_the_ledger_agrees_with_its_model():
    storm(examples=60, number=20_210_606)


def without(patch: pytest.MonkeyPatch, *lines: tuple[str, str]) -> None:
    """Take rules out of the schema."""
    text = making.schema()
    for rule, instead in lines:
        assert rule in text
        text = text.replace(rule, instead)
    patch.setattr(making, "schema", lambda: text)


def an_eleventh_person_is_allowed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(record_tube, "PERSONS_PER_TUBE", 11)
    without(patch, ("seats BETWEEN 0 AND 10", "seats BETWEEN 0 AND 11"), ("15 BETWEEN 1 AND 10", "15 BETWEEN 1 AND 11"))


def any_session_takes_a_tube_further(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(record_tube, "_check_own", lambda *_: None)


def uploads_are_told_apart_by_label_alone(patch: pytest.MonkeyPatch) -> None:
    whole = record_upload.upload

    def upload(page: Page, tube: TubeRegistration, server_id: str, request: Asked) -> TubeReceipt:
        known = tube_of(page.connection, tube.barcode)
        if known is None:
            return whole(page, tube, server_id, request)
        return TubeReceipt(
            barcode=tube.barcode,
            sequence=known.no,
            persons=known.persons,
            recorded_at=moment(known.recorded_at),
            is_replay=True,
        )

    patch.setattr(record_group, "upload", upload)


def a_changed_request_gets_the_recorded_answer(patch: pytest.MonkeyPatch) -> None:
    def asked(device_id: str, device_sequence: int, barcode: str, body: msgspec.Struct, step: str) -> Asked:
        return Asked(device_id, device_sequence, barcode, b"the same for all")

    patch.setattr(record_group, "asked", asked)
    patch.setattr(record_tube, "asked", asked)


def late_duplicates_are_dropped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(record_upload, "_keep", lambda *_: None)


def a_person_may_be_counted_twice(patch: pytest.MonkeyPatch) -> None:
    without(patch, ("CREATE UNIQUE INDEX person_once_per_round", "CREATE INDEX person_once_per_round"))


def conflicts_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(page, "record_conflict", lambda *_: None)


def the_persons_of_a_voided_tube_stay_bound(patch: pytest.MonkeyPatch) -> None:
    for module in (record_custody, tube_rows):
        patch.setattr(module, "release", lambda *_: None)


def a_suspended_tube_is_bound_further(patch: pytest.MonkeyPatch) -> None:
    check = record_tube._check_step

    def anything_binds(tube: Tube, step: str, request: Asked) -> str:
        return tube.state if step == "bind" and tube.state == "suspended" else check(tube, step, request)

    patch.setattr(record_tube, "_check_step", anything_binds)
    without(patch, ("WHEN OLD.state NOT IN ('open')", "WHEN OLD.state NOT IN ('open', 'suspended')"))


def a_refusal_leaves_what_it_wrote(patch: pytest.MonkeyPatch) -> None:
    def attempt(page: Page, work: Callable[[Page], Any]) -> Any:
        assert one(page, "SELECT 1")
        try:
            return work(page)
        except page_refused as refused:
            if refused.conflict:
                page_record_conflict(page, refused.conflict)
            return refused

    page_refused, page_record_conflict = page.Refused, page.record_conflict
    patch.setattr("pipelines.intake.ledger.record.attempt", attempt)


@pytest.mark.parametrize(
    "mutant",
    [
        an_eleventh_person_is_allowed,
        any_session_takes_a_tube_further,
        uploads_are_told_apart_by_label_alone,
        a_changed_request_gets_the_recorded_answer,
        late_duplicates_are_dropped,
        a_person_may_be_counted_twice,
        conflicts_are_forgotten,
        the_persons_of_a_voided_tube_stay_bound,
        a_suspended_tube_is_bound_further,
        a_refusal_leaves_what_it_wrote,
    ],
)
def test_a_ledger_without_one_of_its_rules_is_found_out(mutant: Patch, monkeypatch: pytest.MonkeyPatch):
    mutant(monkeypatch)

    with pytest.raises(AssertionError):
        storm(examples=60, number=20_210_606)
