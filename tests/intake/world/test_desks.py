"""How a desk understands its server's answer, and which codes it scans in which order."""

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.places import places, sheet_of_codes
from pipelines.intake.world.desks import Answer, meaning
from pipelines.intake.world.server_door import rule_of


@pytest.mark.parametrize(
    ("status", "rule", "answer"),
    [
        (201, "", Answer.DONE),
        (200, "", Answer.DONE),
        (409, "barcode_used", Answer.REJECTED),
        (409, "device_sequence_reused", Answer.RENUMBER),
        (409, "person_registered", Answer.REJECTED),
        (422, "misread_label", Answer.REJECTED),
        (422, "", Answer.REJECTED),
        (503, "ledger_unavailable", Answer.SWITCH),
        (503, "server_full", Answer.SWITCH),
        (500, "", Answer.SWITCH),
        (404, "", Answer.SWITCH),
    ],
)
def test_what_an_answer_means_to_a_desk(status: int, rule: str, answer: Answer):
    assert meaning(status, rule) is answer


def test_a_refusal_names_its_rule_and_a_strange_body_none():
    assert rule_of(b'{"rule": "wrong_lab", "detail": "why"}') == "wrong_lab"
    assert rule_of(b"<html>sign in</html>") == rule_of(b"") == rule_of(b"\xff") == ""


def test_desks_spread_evenly_over_the_province_s_servers_and_keep_the_city_s_for_last(sanshui: Campaign):
    sheets = [sheet_of_codes(sanshui, place, no) for place in places(sanshui) for no in range(1, place.lanes + 1)]

    assert sheets[0] == (0, 1, 2, 3, 4)
    assert sheets[1] == (1, 2, 3, 0, 4)
    assert [sum(sheet[0] == server for sheet in sheets) for server in range(5)] == [149, 149, 149, 148, 0]
    assert {sheet[-1] for sheet in sheets} == {4}
