"""How long six analysts wait who ask at once, of a running product, and what the live edge's age does meanwhile."""

import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pipelines.client import CommandClient
from pipelines.client_whatif import WhatIfClient
from pipelines.clock import stopwatch
from pipelines.config import secret
from tests.benchmarks.report import Row, percentile, show
from tests.end_to_end.product import Product, running

ANALYSTS, REPLICATIONS, ROUNDS, WARM_S, QUIET_S, LOOK_EVERY_S = 6, 30, 3, 20.0, 20.0, 0.5
SPEEDS = ("60", "1")


def main() -> list[Row]:
    """Run the product at each speed of the simulated world; returns the rows it also prints."""
    return [row for speed in SPEEDS for row in _at_speed(speed)]


def _at_speed(speed: str) -> list[Row]:
    """Wait until a product is at rest, then let the analysts ask: each his own case, then each his own beside the base.

    An answer that is kept costs nothing: no case is asked about twice.
    """
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "home", "--speed", speed) as product:
        base = _client(product).presets()["scenarios"]["base"]
        _client(product).ask([base | {"turnout": 0.8}], 2)
        time.sleep(WARM_S)
        before = _lags_s(product.command, _for(QUIET_S))
        is_over = threading.Event()
        with ThreadPoolExecutor(1) as watcher:
            watching = watcher.submit(_lags_s, product.command, is_over.is_set)
            try:
                alone = [
                    _round(product, [[_case(base, ANALYSTS * at + n)] for n in range(ANALYSTS)]) for at in range(ROUNDS)
                ]
                first = ANALYSTS * ROUNDS
                paired = _round(product, [[base, _case(base, first + n)] for n in range(ANALYSTS)])
            finally:
                is_over.set()
            during = watching.result()
    slowest = [max(answers) for answers in alone]
    what = f"{ANALYSTS} analysts at once, {REPLICATIONS} replications each, the product running at {speed}×"
    return [
        Row(
            f"{what}: slowest answer (p50 of {ROUNDS} rounds / max); quickest",
            f"{percentile(slowest, 0.5):.1f} / {max(slowest):.1f} s; {min(map(min, alone)):.1f} s",
            "≤ 2 s",
        ),
        Row("each beside the base case, paired: slowest answer; quickest", f"{max(paired):.1f} s; {min(paired):.1f} s"),
        Row("age of the newest stored moment, before: p50 / p95", _two(before)),
        Row("the same while they ask", _two(during), "unmoved"),
    ]


def _round(product: Product, questions: list[list[dict[str, Any]]]) -> list[float]:
    """Return the seconds each question took of those asked at once."""
    with ThreadPoolExecutor(len(questions)) as pool:
        return list(pool.map(_asked_s, [_client(product)] * len(questions), questions))


def _client(product: Product) -> WhatIfClient:
    return WhatIfClient(CommandClient(product.settings.command_url, secret(product.settings, "command"), deadline_s=60))


def _case(base: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a case that nobody has asked about yet: an answer that is kept costs nothing."""
    return base | {"name": f"case {number}", "turnout": 0.9 + number / 200}


def _asked_s(client: WhatIfClient, cases: list[dict[str, Any]]) -> float:
    began = stopwatch()
    client.ask(cases, REPLICATIONS)
    return stopwatch() - began


def _lags_s(command: CommandClient, is_over: Callable[[], bool]) -> list[float]:
    """Return, twice a second, how old in wall seconds the newest moment was that can be asked about."""
    lags: list[float] = []
    while not is_over():
        edge = command.edge()
        lags.append((edge.clock_at - edge.as_of).total_seconds() / edge.speed)
        time.sleep(LOOK_EVERY_S)
    return lags


def _for(seconds: float) -> Callable[[], bool]:
    ends = stopwatch() + seconds
    return lambda: stopwatch() > ends


def _two(lags: list[float]) -> str:
    return f"{percentile(lags, 0.5):.1f} / {percentile(lags, 0.95):.1f} s (n = {len(lags)})"


if __name__ == "__main__":
    show("Six analysts", main())
