"""What a page sends goes in one piece: every message, in order, written to the network once, none after the close."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.web.server.starlette.starlette_server_config import WEBSOCKET_MAX_SEND_QUEUE_SIZE
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from dashboard.serving import bundles
from dashboard.serving.bundles import Gathering


@dataclass(eq=False)
class Transport(asyncio.Transport):
    """A connection that notes what was written to it, and when it was closed."""

    done: list[str] = field(default_factory=list[str])

    def write(self, data: Any) -> None:
        self.done.append(bytes(data).decode())

    def close(self) -> None:
        self.done.append("closed")

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return f"its {name}"


def named(*names: str) -> list[ForwardMsg]:
    return [ForwardMsg(hash=name) for name in names]


def test_the_installed_streamlit_and_uvicorn_send_where_messages_are_bundled() -> None:
    assert callable(getattr(AppSession, bundles.FLUSH))
    assert callable(getattr(Runtime, bundles.SEND))
    assert callable(getattr(Runtime, bundles.WAKE))
    assert callable(getattr(WebSocketsSansIOProtocol, bundles.MADE))


def test_a_browser_is_not_taken_for_dead_for_what_one_bundle_brings() -> None:
    assert 2 * bundles.MOST < WEBSOCKET_MAX_SEND_QUEUE_SIZE


@pytest.mark.parametrize(("messages", "sizes"), [(0, []), (1, [1]), (40, [40]), (450, [200, 200, 50])])
def test_all_messages_come_in_order_in_bundles_none_too_large(messages: int, sizes: list[int]) -> None:
    waiting, sent = named(*map(str, range(messages))), list[str]()
    flush, send = bundles.bundled(lambda _: waiting), bundles.one_by_one(lambda _, __, one: sent.append(one.hash))
    given = flush("session")
    for bundle in given:
        send("server", "session", bundle)
    assert [len(bundle) for bundle in given] == sizes
    assert sent == [str(n) for n in range(messages)]


def test_a_message_alone_is_sent_as_it_is() -> None:
    sent = list[str]()
    bundles.one_by_one(lambda _, __, one: sent.append(one.hash))("server", "session", named("a")[0])
    assert sent == ["a"]


def test_a_browser_that_is_gone_gets_no_more_of_a_bundle_and_is_told_of_as_ever() -> None:
    tried = list[str]()

    def send(_: object, __: object, one: ForwardMsg) -> None:
        tried.append(one.hash)
        if one.hash == "b":
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone"):
        bundles.one_by_one(send)("server", "session", tuple(named("a", "b", "c")))
    assert tried == ["a", "b"]


def on_a_loop(work: Callable[[Any], Any]) -> Any:
    """Do something on a loop that is told of ``work``'s wakes, and return what it returns."""

    async def live() -> Any:
        return await work(asyncio.get_running_loop())

    return asyncio.run(live())


def test_the_loops_own_thread_says_that_there_is_something_to_send_without_a_signal() -> None:
    async def work(loop: asyncio.AbstractEventLoop) -> tuple[bool, list[str], list[str]]:
        needed, signals = asyncio.Event(), list[str]()
        server = SimpleNamespace(_get_async_objs=lambda: SimpleNamespace(eventloop=loop, need_send_data=needed))
        wake = bundles.at_once(lambda _: signals.append("signal"))
        wake(server)
        here = list(signals)
        await asyncio.to_thread(wake, server)
        return needed.is_set(), here, signals

    assert on_a_loop(work) == (True, [], ["signal"])


def test_what_is_written_before_the_loop_has_its_turn_is_written_at_once_and_in_order() -> None:
    async def work(loop: asyncio.AbstractEventLoop) -> list[str]:
        line = Transport()
        held = Gathering(line, loop)
        held.write(b"a")
        held.writelines([b"b", b"c"])
        assert line.done == []
        await asyncio.sleep(0)
        held.write(b"d")
        held.close()
        await asyncio.sleep(0)
        return line.done

    assert on_a_loop(work) == ["abc", "d", "closed"]


def test_it_is_its_connection_in_all_else() -> None:
    async def work(loop: asyncio.AbstractEventLoop) -> str:
        return Gathering(Transport(), loop).get_extra_info("peername")

    assert on_a_loop(work) == "its peername"


def test_a_connection_that_is_made_is_given_its_writes_gathered() -> None:
    async def work(_: asyncio.AbstractEventLoop) -> list[Any]:
        got, line = list[Any](), Transport()
        bundles.gathered(lambda protocol, transport: got.extend([protocol, transport]))("protocol", line)
        got[1].write(b"a")
        got[1].write(b"b")
        await asyncio.sleep(0)
        return [got[0], *line.done]

    assert on_a_loop(work) == ["protocol", "ab"]
