"""What a page tells of one moment: view and answers together, the last ones whole while the next are on their way."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from dashboard import live, playing, replay, told
from dashboard.live import Snapshot
from pipelines.client import DISTRICT
from tests.dashboard.kit import District
from tests.end_to_end.product import until

HELD = threading.Event()
ASKED: list[Snapshot] = []


@pytest.fixture(autouse=True)
def nothing_holds() -> Iterator[None]:
    """Let every question of this module be answered at once, until a test says otherwise."""
    ASKED.clear()
    HELD.set()
    yield
    HELD.set()


def persons(snapshot: Snapshot) -> int:
    """Answer with the total, once nothing holds the answer back."""
    ASKED.append(snapshot)
    HELD.wait(20)
    return int(snapshot.totals["persons_registered"])


@pytest.mark.usefixtures("command")
def test_answers_are_those_of_the_moment_told_with_them(district: District) -> None:
    for at, each in (("01:00", 100), ("01:01", 120)):
        stored_at = district.minute(at, persons=each)
        threading.Event().wait(live.NOT_OFTENER_THAN_S)
        now = told.latest(DISTRICT, persons)
        assert now.view.snapshot is not None
        assert (now.view.snapshot.as_of, now.answers) == (stored_at, each * 9)


@pytest.mark.usefixtures("command")
def test_a_moment_is_asked_about_once_for_all_who_look(district: District) -> None:
    district.minute("01:00")
    first = told.latest(DISTRICT, persons)
    threading.Event().wait(live.NOT_OFTENER_THAN_S)
    assert told.latest(DISTRICT, persons) is first
    assert len(ASKED) == 1


@pytest.mark.usefixtures("command")
def test_while_an_answer_is_on_its_way_the_last_moment_is_told_whole(district: District) -> None:
    first_at = district.minute("01:00", persons=100)
    told.latest(DISTRICT, persons)
    district.minute("01:01", persons=120)
    threading.Event().wait(live.NOT_OFTENER_THAN_S)
    HELD.clear()
    told.PATIENCE.seconds = 0.01
    now = told.latest(DISTRICT, persons)
    assert now.view.snapshot is not None
    assert (now.view.snapshot.as_of, now.answers) == (first_at, 900)
    HELD.set()
    told.PATIENCE.seconds = 30
    assert told.latest(DISTRICT, persons).answers == 1080


@pytest.mark.usefixtures("command")
def test_what_is_looked_at_is_fetched_before_it_is_asked_for(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "LOOKED_WITHIN_S", 60.0)
    district.minute("01:00", persons=100)
    told.latest(DISTRICT, persons)
    ended = threading.Event()
    following = threading.Thread(target=told.follow, args=(ended,))
    following.start()
    try:
        stored_at = district.minute("01:01", persons=120)
        until("the newest moment is asked about", lambda: ASKED[-1].as_of == stored_at, within_s=10)
        told.PATIENCE.seconds = 0
        until("it is told", lambda: told.latest(DISTRICT, persons).answers == 1080, within_s=10)
        assert [one.as_of for one in ASKED].count(stored_at) == 1
    finally:
        ended.set()
        following.join(10)


@pytest.mark.usefixtures("command")
def test_while_moments_are_followed_the_newest_is_told_without_asking_again(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "AS_NEW_S", 60.0)
    stored_at = district.minute("01:00", persons=100)
    first = told.latest(DISTRICT, persons)
    ended = threading.Event()
    following = threading.Thread(target=told.follow, args=(ended,))
    following.start()
    until("somebody knows of the moment", lambda: live.newest() == stored_at, within_s=10)
    threading.Event().wait(4 * told.LOOK_S)
    ended.set()
    following.join(10)
    nobody = ThreadPoolExecutor(1)
    nobody.shutdown()
    monkeypatch.setattr(told, "FETCHERS", nobody)
    assert told.latest(DISTRICT, persons) is first


@pytest.mark.usefixtures("command")
def test_what_nobody_looks_at_any_more_is_not_fetched(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    district.minute("01:00", persons=100)
    told.latest(DISTRICT, persons)
    monkeypatch.setattr(told, "LOOKED_WITHIN_S", -1.0)
    ended = threading.Event()
    following = threading.Thread(target=told.follow, args=(ended,))
    following.start()
    stored_at = district.minute("01:01", persons=120)
    until("somebody knows of the newer moment", lambda: live.newest() == stored_at, within_s=10)
    threading.Event().wait(4 * told.LOOK_S)
    ended.set()
    following.join(10)
    assert len(ASKED) == 1


@pytest.mark.usefixtures("command")
def test_while_a_replay_plays_the_moment_before_is_told_until_the_next_is_there(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [district.minute(at, persons=each) for at, each in (("01:00", 100), ("01:01", 120), ("01:02", 130))]
    shown = iter([*moments[:2], *moments[1:2]])
    monkeypatch.setattr(replay, "moment", lambda: next(shown))
    playing.play(moments[0], 60)
    try:
        assert told.latest(DISTRICT, persons).answers == 900
        HELD.clear()
        told.PATIENCE.seconds = 0.01
        assert told.latest(DISTRICT, persons).answers == 900
        HELD.set()
        told.PATIENCE.seconds = 30
        assert told.latest(DISTRICT, persons).answers == 1080
    finally:
        playing.pause()


@pytest.mark.usefixtures("chosen")
def test_before_the_command_server_ever_answered_there_are_no_answers() -> None:
    now = told.latest(DISTRICT, persons)
    assert (now.view.snapshot, now.answers) == (None, None)
    assert now.view.failing_s is not None


@pytest.mark.usefixtures("command")
def test_a_page_that_comes_a_little_before_a_moment_waits_for_it(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "NEWS_S", 30.0)
    drawn = district.minute("01:00")
    until("the first is known", lambda: live.newest() == drawn, within_s=10)
    looked = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(told.await_news, drawn, lambda: bool(looked.set()))
        assert looked.wait(20)
        assert not waiting.done()
        newer = district.minute("01:01")
        until("the next is known", lambda: live.newest() == newer, within_s=10)
        waiting.result(20)


@pytest.mark.usefixtures("command")
def test_it_waits_no_longer_than_it_may_nor_where_it_is_behind_nor_once_its_viewer_does_something(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind, drawn = district.minute("01:00"), district.minute("01:01")
    until("the newest is known", lambda: live.newest() == drawn, within_s=10)
    looks: list[datetime] = []

    def looked() -> bool:
        looks.append(drawn)
        return False

    told.await_news(behind, looked)
    told.await_news(None, looked)
    assert not looks
    told.await_news(drawn, looked)
    assert looks
    monkeypatch.setattr(told, "NEWS_S", 30.0)
    told.await_news(drawn, lambda: True)
