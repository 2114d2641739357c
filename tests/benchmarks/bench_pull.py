"""How long a pull cycle of 118 sites takes when each answers after 200 ms, and what a request costs in CPU."""

import asyncio
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from pipelines.checks import counts_before
from pipelines.config import SourceSpec
from pipelines.http import Http, HttpFailure
from pipelines.refine import refine
from pipelines.sources import Puller, Request, pull_all
from pipelines.vocabulary import Outcome, SourceKind
from tests import hostile
from tests.benchmarks.report import Row, percentile, show
from tests.pull.words import COUNTS, KNOWN, SITES

LATENCY_S = 0.2
PERIOD_S = 1.0


def main(cycles: int = 60) -> list[Row]:
    """Measure ``cycles`` cycles at one a second; returns the rows it also prints when run alone."""
    with _sites() as address:
        http = Http([address])
        rows = _rhythm("118 sites at 200 ms", cycles, 1.0, lambda: pull_all(_requests(address), http))
        rows += _costs(http, address)
        puller = Puller(http)
        half = _requests(address, hanging=59)
        rows += _rhythm("half of them hanging", max(10, cycles // 3), 0.5, lambda: puller.collect(half, patience_s=0.6))
        puller.close()
    return rows + _overruns()


def _requests(address: str, hanging: int = 0) -> list[Request]:
    base = f"http://{address}"
    counts = SourceSpec(source_id="counts", kind=SourceKind.SITE_COUNTS, url=f"{base}/{{site_id}}")
    silent = SourceSpec(source_id="counts", kind=SourceKind.SITE_COUNTS, url=f"{base}/hang/{{site_id}}")
    return [Request(silent if number < hanging else counts, site_id) for number, site_id in enumerate(SITES)]


def _rhythm(what: str, cycles: int, share: float, collect: Callable[[], list]) -> list[Row]:
    """Pull, check and transform once a second; ``share`` of the sites must be there each time."""
    collect()
    took_ms: list[float] = []
    missing = 0
    known = KNOWN
    before = time.process_time()
    for _ in range(cycles):
        started_at = time.perf_counter()
        refined = refine(collect(), known)
        took_ms.append((time.perf_counter() - started_at) * 1e3)
        known = replace(known, previous=counts_before(refined.tables["site_counts"]))
        missing += refined.tables["site_counts"].height < share * len(SITES)
        time.sleep(max(0.0, PERIOD_S - (time.perf_counter() - started_at)))
    cpu_ms = (time.process_time() - before) * 1e3 / cycles
    p50, p99, worst = percentile(took_ms, 0.5), percentile(took_ms, 0.99), max(took_ms)
    target = "p99 ≤ 600 ms" if share == 1.0 else ""
    return [
        Row(f"{what}: pull, check, transform", f"p50 {p50:.0f} · p99 {p99:.0f} · worst {worst:.0f} ms", target),
        Row(f"{what}: CPU a cycle", f"{cpu_ms:.0f} ms ({cpu_ms / 10:.1f} % of one core)", "≤ 40 %"),
        Row(f"{what}: cycles with a good site missing", f"{missing} of {cycles}", "0"),
    ]


def _costs(http: Http, address: str) -> list[Row]:
    """CPU of one exchange on a kept connection, without latency."""
    rows = []
    for method, body in (("GET", None), ("POST", b'{"persons":["%s"]}' % (b"0" * 320))):
        times = 1_000
        before = time.process_time()
        for _ in range(times):
            http.ask(method, f"http://{address}/now/SS-001", deadline_s=2, cap_bytes=10_000, body=body)
        rows.append(
            Row(f"one {method} on a kept connection", f"{(time.process_time() - before) * 1e3 / times:.2f} ms CPU")
        )
    return rows


def _overruns() -> list[Row]:
    """How late a deadline of 1 s ends against a byte every half second, in the headers and in the body."""
    rows = []
    for what, behaviour in (("headers", hostile.drips_in_headers), ("body", hostile.drips_in_body)):
        with hostile.LoopbackServer(lambda _path, behaviour=behaviour: behaviour) as server:
            http = Http([server.address])
            late_ms = [_late_ms(http, server.url("/")) for _ in range(3)]
        rows.append(Row(f"a drip in the {what}, past a deadline of 1 s", f"worst {max(late_ms):.0f} ms", "≤ 300 ms"))
    return rows


def _late_ms(http: Http, url: str) -> float:
    started_at = time.perf_counter()
    try:
        http.ask("GET", url, deadline_s=1.0, cap_bytes=10_000)
    except HttpFailure as failure:
        if failure.outcome is not Outcome.TIMEOUT:
            raise
    return (time.perf_counter() - started_at - 1.0) * 1e3


@contextmanager
def _sites() -> Iterator[str]:
    """Run 118 sites in a process of their own; yields their address."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(there: Connection) -> None:
    asyncio.run(_serving(there))


async def _serving(there: Connection) -> None:
    server = await asyncio.start_server(_site, "127.0.0.1", 0, backlog=512)
    there.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _site(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            await asyncio.sleep(3_600 if path.startswith("/hang/") else 0 if path.startswith("/now/") else LATENCY_S)
            body = json.dumps(COUNTS | {"site_id": path.rpartition("/")[2]}, separators=(",", ":")).encode()
            writer.write(hostile.head(len(body)) + body)
            await writer.drain()


if __name__ == "__main__":
    show("pulling", main(*(int(argument) for argument in sys.argv[1:])))
