"""The notifier over a real store and a real receiver: told once, storms together, outages and crashes without loss."""

import os
from dataclasses import replace

import pytest

from pipelines.alerts.channels import Channel, ChannelKind, ChannelSpec
from pipelines.alerts.voice import voices_of
from pipelines.jobs import notify, speaking
from tests.alerts.receiver import receiving
from tests.store.kit import shown
from tests.store.test_alert_asks import ACTS, did, event, told

WEST = "990001002"
CRASHES = int(os.getenv("TENFOLD_ROUNDS", "12"))


@pytest.fixture
def receiver():
    with receiving() as served:
        yield served


class Ears:
    """One channel that listens, driven by hand: its job's desk, and the pauses taken out."""

    def __init__(self, setup, receiver, monkeypatch, **spec):
        monkeypatch.setattr(speaking, "GATHER_S", 0.0)
        named = ChannelSpec(name="ops", kind=ChannelKind.WECOM, url=receiver.url, language="en", **spec)
        self.setup, self.channel = setup, Channel(named, receiver.url, "", "")
        self.restart()

    def restart(self):
        self.desk = replace(self.setup.job("notify").desk, voices=voices_of([self.channel]))

    def turn(self, *, is_stored=True):
        """Let the notifier run once and, unless it crashes first, store its record."""
        brought = notify.notify(self.desk).frames
        if is_stored and brought:
            self.setup.bench.store.commit("notify", brought)
        return bool(brought)

    def forget_pace(self):
        """Let a minute pass."""
        (voice,) = self.desk.voices
        voice.spoken.clear()
        voice.not_before_s = 0.0


def storm(bench, at, count, state="firing", was="ok"):
    begun = at if state != "ok" else "-"
    return told(bench, at, *(event(f"site_stale:X-{n:03}", state, was, at, begun) for n in range(count)))


def test_an_alarm_is_told_once_and_its_end_once(setup, receiver, monkeypatch):
    ears, bench = Ears(setup, receiver, monkeypatch), setup.bench
    told(bench, "01:00", event("server_down:p1", "firing", "ok", "01:00", "01:00", about="server"))
    ears.turn(), ears.turn(), ears.turn()
    assert len(receiver.got) == 1 and "Server down fires: p1 (1)" in receiver.texts()[0]
    told(bench, "01:05", event("server_down:p1", "ok", "firing", "01:05", about="server"))
    ears.turn()
    assert len(receiver.got) == 1, "an end is not urgent: it waits for the minute"
    ears.forget_pace()
    ears.turn(), ears.turn()
    assert len(receiver.got) == 2 and "Server down over: p1" in receiver.texts()[1]
    log = bench.ask("notifications_log", as_of=bench.store.moments.newest.stored_at)
    assert shown(log, "channel", "outcome", "alerts", "failures") == ["ops | ok | 1 | 0"] * 2


def test_118_sites_at_once_are_one_message_and_what_comes_in_the_same_minute_waits(setup, receiver, monkeypatch):
    ears, bench = Ears(setup, receiver, monkeypatch), setup.bench
    storm(bench, "01:00", 118)
    ears.turn()
    told(bench, "01:01", event("server_down:p1", "firing", "ok", "01:01", "01:01", about="server"))
    ears.turn(), ears.turn()
    assert len(receiver.got) == 1
    assert all(f"X-{n:03}" in receiver.texts()[0] for n in range(118))


def test_what_is_muted_silenced_or_minor_is_not_told(setup, receiver, monkeypatch):
    ears, bench = Ears(setup, receiver, monkeypatch), setup.bench
    bench.tick("00:59", act=ACTS + did(1, "alert_silenced", "lab_backlog:lab-1", "00:59", facts='{"minutes":30}'))
    told(
        bench,
        "01:00",
        event("wait_long:LS-1", "firing", "ok", "01:00", "01:00", place=f"LS-1/{WEST}", muted_by="server_down:p1"),
        event("lab_backlog:lab-1", "firing", "ok", "01:00", "01:00", about="lab"),
        event("wifi_slow:LS-1/public", "firing", "ok", "01:00", "01:00", severity="info"),
        event("site_stale:LS-2", "pending", "ok", "01:00"),
    )
    assert not ears.turn()
    bench.tick("01:31")
    ears.turn()
    assert ["Lab backlog" in text for text in receiver.texts()] == [True], "a silence ends, and the alarm goes on"


def test_a_channel_of_one_town_is_told_of_its_own_sites(setup, receiver, monkeypatch):
    ears, bench = Ears(setup, receiver, monkeypatch, town=WEST), setup.bench
    told(
        bench,
        "01:00",
        event("site_stale:LS-1", "firing", "ok", "01:00", "01:00", place="LS-1/990001001"),
        event("site_stale:LS-5", "firing", "ok", "01:00", "01:00", place=f"LS-5/{WEST}"),
    )
    ears.turn()
    (text,) = receiver.texts()
    assert "LS-5" in text and "LS-1" not in text


def test_after_an_outage_of_the_receiver_one_message_tells_everything(setup, receiver, monkeypatch):
    ears, bench = Ears(setup, receiver, monkeypatch), setup.bench
    receiver.status = 503
    bench.tick("00:59")
    ears.turn()
    tried = []
    for minute in range(20):
        at = f"01:{2 * minute:02}"
        told(bench, at, event(f"site_stale:X-{minute:03}", "firing", "ok", at, at))
        if minute < 10:
            over = f"01:{2 * minute + 1:02}"
            told(bench, over, event(f"site_stale:X-{minute:03}", "ok", "firing", over))
        tried.append(ears.turn())
        ears.forget_pace() if minute % 5 == 4 else None
    assert tried.count(True) == 4, "in between it pauses"
    receiver.status, before = 200, len(receiver.got)
    ears.forget_pace()
    ears.turn(), ears.turn(), ears.turn()
    assert len(receiver.got) == before + 1
    text = receiver.texts()[-1]
    assert "×10 fires" in text and "×10 came and went" in text
    assert all(f"X-{n:03}" in text for n in range(20))


def test_a_crash_between_sending_and_recording_repeats_one_message_at_most(setup, receiver, monkeypatch):
    ears, bench, told_of = Ears(setup, receiver, monkeypatch), setup.bench, CRASHES
    for n in range(told_of):
        at = f"{1 + n // 60:02}:{n % 60:02}"
        told(bench, at, event(f"site_stale:X-{n:03}", "firing", "ok", at, at))
        ears.forget_pace()
        ears.turn(is_stored=False)
        assert not ears.turn(is_stored=False), "nothing more goes out before the record is kept"
        ears.restart()
        ears.turn()
        ears.restart()
        assert not ears.turn()
    texts = receiver.texts()
    for n in range(told_of):
        assert 1 <= sum(f"X-{n:03}" in text for text in texts) <= 2
    assert len(texts) == 2 * told_of


def test_a_receiver_that_asks_for_patience_gets_it(setup, receiver, monkeypatch):
    ears, bench = Ears(setup, receiver, monkeypatch), setup.bench
    receiver.status, receiver.headers = 429, {"Retry-After": "30"}
    storm(bench, "01:00", 1)
    ears.turn()
    assert not ears.turn()
    log = bench.ask("channels_live", as_of=bench.store.moments.newest.stored_at)
    assert shown(log, "last_outcome", "failures", "covered_at") == ["http_error | 1 | -"]
    assert "429" in log["last_reason"].item()
    (voice,) = ears.desk.voices
    assert voice.not_before_s > 0
