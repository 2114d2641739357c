"""Viewers of the dashboard without a browser: websocket clients that do what Streamlit's own frontend does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from pipelines.clock import stopwatch
from tests.end_to_end.product import Product

CAP_BYTES = 64_000_000
# Frames of at least so many bytes may be named by their hash the next time.
CACHED_FROM_BYTES = 5_000
METADATA, DELTA = 2, 5
# A browser forgets such a frame when its fragment, or the whole page, has run so much more often without it.
FORGOTTEN_AFTER_RUNS = 2
# As patient as a browser, which asks for no sign of life either.
OPENED_WITHIN_S = 60


def dashboard_of(product: Product) -> psutil.Process:
    """Return the process of a running product's dashboard."""
    for child in psutil.Process(product.process.pid).children(recursive=True):
        if "streamlit" in child.cmdline():
            return child
    raise AssertionError("the product runs no dashboard")


def used_s(process: psutil.Process) -> float:
    """Return the seconds of processor time that a process has used."""
    times = process.cpu_times()
    return times.user + times.system


def kind_of(frame: bytes) -> int:
    """Return the number of the field that says what a frame is, without reading the frame: the first after metadata."""
    at = 0
    while True:
        field, at = frame[at] >> 3, at + 1
        if field > METADATA:
            return field
        size, shift = 0, 0
        while True:
            size, shift, at = size | (frame[at] & 0x7F) << shift, shift + 7, at + 1
            if frame[at - 1] < 0x80:
                break
        at += size


@dataclass
class Viewer:
    """One open page: it runs the fragments when they are due, as a browser does, and counts what comes back."""

    url: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    page: str = ""
    counts_kinds: bool = True
    frames: int = 0
    received_bytes: int = 0
    runs: int = 0
    spared: int = 0
    waits_s: list[float] = field(default_factory=list[float])
    interval_s: float = 0.0
    largest: dict[str, int] = field(default_factory=dict)
    _cached: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    _every_run: int = 0
    _rhythms: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    _page_hash: str = ""
    _asked_at_s: dict[str, float] = field(default_factory=dict[str, float])
    _running: tuple[str, ...] = ()

    async def watch(self, seconds: float) -> None:
        """Open the page, look at it for ``seconds``, and leave."""
        address = f"ws://{urlsplit(self.url).netloc}/_stcore/stream"
        async with connect(
            address,
            subprotocols=["streamlit"],  # pyright: ignore[reportArgumentType]
            additional_headers=self.headers,
            max_size=CAP_BYTES,
            compression=None,
            open_timeout=OPENED_WITHIN_S,
            ping_interval=None,
        ) as socket:
            await socket.send(self._rerun())
            try:
                async with asyncio.timeout(seconds):
                    async for frame in socket:
                        self._take(frame if isinstance(frame, bytes) else frame.encode(), socket)
            except TimeoutError:
                pass
            finally:
                for rhythm in self._rhythms.values():
                    rhythm.cancel()

    def forget_counts(self) -> None:
        """Start counting anew."""
        self.frames, self.received_bytes, self.runs, self.spared, self.largest, self.waits_s = 0, 0, 0, 0, {}, []

    def _take(self, frame: bytes, socket: ClientConnection) -> None:
        if not self.counts_kinds and len(frame) < CACHED_FROM_BYTES and kind_of(frame) == DELTA:
            self.frames += 1
            self.received_bytes += len(frame)
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type") or ""
        self.frames += 1
        self.received_bytes += len(frame)
        self._note(message, len(frame))
        if message.metadata.cacheable:
            self._cached[message.hash] = (message.delta.fragment_id, self._every_run)
        if kind == "ref_hash":
            self._cached[message.ref_hash] = (self._cached.get(message.ref_hash, ("",))[0], self._every_run)
        if kind == "new_session":
            self._page_hash = message.new_session.page_script_hash
            self._running = tuple(message.metadata.run.fragment_ids)
        elif kind == "auto_rerun":
            self._follow(socket, message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "script_finished":
            self.runs += 1
            self._every_run += 1
            self._cached = {name: held for name, held in self._cached.items() if not self._is_forgotten(*held)}
            begun = (self._asked_at_s.pop(one) for one in self._running if one in self._asked_at_s)
            self.waits_s += [stopwatch() - at_s for at_s in begun]

    def _is_forgotten(self, fragment_id: str, seen_in_run: int) -> bool:
        """Whether the browser forgets a frame after this run: the whole page forgets any, a fragment its own."""
        has_run = not self._running or fragment_id in self._running
        return has_run and self._every_run - seen_in_run > FORGOTTEN_AFTER_RUNS

    def _follow(self, socket: ClientConnection, fragment_id: str, interval: float) -> None:
        """Run a fragment in the rhythm that the page names, from now on in that one alone."""
        if (held := self._rhythms.get(fragment_id)) is not None:
            held.cancel()
        self._rhythms[fragment_id] = asyncio.create_task(self._beat(socket, fragment_id, interval))
        self.interval_s = interval

    def _note(self, message: ForwardMsg, size: int) -> None:
        kind = message.WhichOneof("type") or ""
        if kind == "delta":
            what = message.delta.WhichOneof("type") or ""
            kind = message.delta.new_element.WhichOneof("type") or what if what == "new_element" else what
        self.largest[kind] = self.largest.get(kind, 0) + size

    async def _beat(self, socket: ClientConnection, fragment_id: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            self.spared += fragment_id in self._asked_at_s
            self._asked_at_s.setdefault(fragment_id, stopwatch())
            await socket.send(self._rerun(fragment_id))

    def _rerun(self, fragment_id: str = "") -> bytes:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self.query, self.page
        state.page_script_hash = self._page_hash
        state.fragment_id, state.is_auto_rerun = fragment_id, bool(fragment_id)
        state.cached_message_hashes.extend(self._cached)
        state.context_info.timezone, state.context_info.locale = "Asia/Shanghai", "zh-CN"
        state.context_info.url, state.context_info.color_scheme = self.url, "dark"
        return message.SerializeToString()


async def watch_all(viewers: Sequence[Viewer], seconds: float) -> None:
    """Let all of them look at their pages at once."""
    await asyncio.gather(*(viewer.watch(seconds) for viewer in viewers))
