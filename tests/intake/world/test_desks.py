"""How a desk understands its server's answer, and which codes it scans in which order."""

import pytest

from pipelines.campaign import Campaign
from pipelines.intake.places import places, sheet_of_codes
from pipelines.intake.world.desks import Answer, meaning


def problem(rule: str) -> bytes:
    return b'{"rule": "%s", "detail": "why"}' % rule.encode()


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (201, b"{}", Answer.DONE),
        (200, b"{}", Answer.DONE),
        (409, problem("barcode_used"), Answer.DONE),
        (409, problem("device_sequence_reused"), Answer.RENUMBER),
        (409, problem("person_registered"), Answer.REJECTED),
        (422, problem("misread_label"), Answer.REJECTED),
        (422, b"<html>sign in</html>", Answer.REJECTED),
        (503, problem("ledger_unavailable"), Answer.SWITCH),
        (503, problem("server_full"), Answer.SWITCH),
        (500, b"", Answer.SWITCH),
        (404, b"", Answer.SWITCH),
    ],
)
def test_what_an_answer_means_to_a_desk(status: int, body: bytes, answer: Answer):
    assert meaning(status, body) is answer


def test_desks_spread_evenly_over_the_province_s_servers_and_keep_the_city_s_for_last(sanshui: Campaign):
    sheets = [sheet_of_codes(sanshui, place, no) for place in places(sanshui) for no in range(1, place.lanes + 1)]

    assert sheets[0] == (0, 1, 2, 3, 4)
    assert sheets[1] == (1, 2, 3, 0, 4)
    assert [sum(sheet[0] == server for sheet in sheets) for server in range(5)] == [149, 149, 149, 148, 0]
    assert {sheet[-1] for sheet in sheets} == {4}
