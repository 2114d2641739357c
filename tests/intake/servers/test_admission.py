"""How much is let in: the bound follows the measured delay, and what is turned away at the door was a whole request."""

import pytest

from pipelines.intake.servers.admission import (
    LAG_S,
    READS_GIVE_WAY_AT,
    WAIT_S,
    WRITES_AT_LEAST,
    WRITES_AT_MOST,
    Admission,
)
from pipelines.intake.servers.doorway import is_whole

BODY = b'{"device_id": "d"}'
HEAD = b"POST /v1/tubes HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(BODY)
POST = HEAD + b"\r\n" + BODY
GET = b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"


def test_reads_give_way_before_writes():
    admission = Admission()
    admission.writes = int(WRITES_AT_MOST * READS_GIVE_WAY_AT)

    assert (admission.has_room(is_write=False), admission.has_room(is_write=True)) == (False, True)
    admission.writes = WRITES_AT_MOST
    assert not admission.has_room(is_write=True)


@pytest.mark.parametrize(("wait_s", "lag_s"), [(WAIT_S * 2, 0.0), (0.0, LAG_S * 2)])
def test_a_delay_that_stays_shrinks_the_bound_and_calm_lets_it_grow_again(wait_s: float, lag_s: float):
    admission = Admission()
    for _ in range(50):
        admission.waited(wait_s)
        admission.lagged(lag_s)
        admission.adapt()
    assert admission.bound == WRITES_AT_LEAST

    for _ in range(50):
        admission.waited(WAIT_S / 2)
        admission.lagged(0.0)
        admission.adapt()
    assert admission.bound == WRITES_AT_MOST


def test_one_slow_moment_among_quick_ones_changes_nothing():
    admission = Admission()
    for wait_s in (0.01, 3.0, 0.02):
        admission.waited(wait_s)
        admission.lagged(wait_s)
    admission.adapt()

    assert admission.bound == WRITES_AT_MOST


@pytest.mark.parametrize("request_bytes", [POST, GET, GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n")])
def test_a_request_that_came_alone_and_whole_may_be_turned_away_unparsed(request_bytes: bytes):
    assert is_whole(request_bytes)


@pytest.mark.parametrize(
    "request_bytes",
    [
        POST[:-1],
        POST[:20],
        POST + GET,
        GET + GET,
        HEAD.replace(b"Content-Length: %d" % len(BODY), b"Transfer-Encoding: chunked") + b"\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + BODY,
        HEAD + b"Expect: 100-continue\r\n\r\n" + BODY,
        HEAD + b"Connection: close\r\n\r\n" + BODY,
        POST.replace(b"HTTP/1.1", b"HTTP/1.0"),
        HEAD.replace(b"18", b"1e1") + b"\r\n" + BODY,
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_anything_else_goes_the_long_way(request_bytes: bytes):
    assert not is_whole(request_bytes)
