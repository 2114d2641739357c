"""Messages for the browsers are handed over in batches: all of them, in order, one that fails harming no other."""

import asyncio
import threading
from collections.abc import Callable

from streamlit.runtime.app_session import AppSession

from dashboard.serving import batches


class Session:
    """What a session is to those who hand over: a loop, and how often that was woken."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._event_loop, self.woken = loop, 0

    def soon(self, callback: Callable[[], object]) -> None:
        self.woken += 1
        self._event_loop.call_soon_threadsafe(callback)


def test_the_installed_streamlit_hands_messages_over_where_they_are_batched() -> None:
    assert callable(getattr(AppSession, batches.SOON))
    assert callable(getattr(AppSession, batches.REQUEST))


def handed_over(messages: list[Callable[[], None]], is_over: Callable[[], bool]) -> tuple[int, list[str]]:
    """Hand messages over from another thread; return how often the loop was woken, and what failed meanwhile."""

    async def live() -> tuple[int, list[str]]:
        loop, failed = asyncio.get_running_loop(), list[str]()
        loop.set_exception_handler(lambda _, told: failed.append(str(told["exception"])))
        session = Session(loop)
        hand = batches.together(Session.soon)
        sender = threading.Thread(target=lambda: [hand(session, message) for message in messages])
        sender.start()
        async with asyncio.timeout(10):
            while not is_over():
                await asyncio.sleep(0.001)
        sender.join(5)
        return session.woken, failed

    return asyncio.run(live())


def test_all_arrive_in_order_with_fewer_calls_than_messages() -> None:
    came = list[int]()
    woken, failed = handed_over([lambda n=n: came.append(n) for n in range(500)], lambda: len(came) == 500)
    assert (came, failed) == (list(range(500)), [])
    assert 1 <= woken < 250


def test_a_message_that_fails_keeps_none_of_the_others_back() -> None:
    came = list[str]()

    def fail() -> None:
        raise ValueError("broken")

    _, failed = handed_over([lambda: came.append("a"), fail, lambda: came.append("b")], lambda: len(came) == 2)
    assert (came, failed) == (["a", "b"], ["broken"])


def test_before_a_run_is_asked_for_all_that_the_runs_before_sent_has_arrived() -> None:
    came = list[str]()

    async def live() -> None:
        session = Session(asyncio.get_running_loop())
        batches.together(Session.soon)(session, lambda: came.append("the end of the run before"))
        ask = batches.after_all_before(lambda *_: came.append("the next run"))
        ask(session)
        await asyncio.sleep(4 * batches.EVERY_S)

    asyncio.run(live())
    assert came == ["the end of the run before", "the next run"]


def test_who_asks_for_a_run_from_another_thread_hands_nothing_over_there() -> None:
    came = list[threading.Thread]()

    async def live() -> None:
        session = Session(asyncio.get_running_loop())
        batches.together(Session.soon)(session, lambda: came.append(threading.current_thread()))
        await asyncio.to_thread(batches.after_all_before(lambda *_: None), session)
        await asyncio.sleep(4 * batches.EVERY_S)

    asyncio.run(live())
    assert came == [threading.current_thread()]
