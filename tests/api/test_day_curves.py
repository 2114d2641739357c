"""Yesterday's and today's arrival curve over HTTP and in the command, of a store of two days and of one moved aside."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines import cli
from pipelines.campaign import Campaign
from pipelines.client import AskRefused, CommandClient
from pipelines.client_whatif import WhatIfClient
from pipelines.config import secret, settings
from pipelines.server.app import build_app
from tests.api.serving import served
from tests.store.kit import DAY, Bench, rows

EVENTS = "sequence | site_id | persons | happened_at\n"


@contextmanager
def asked(bench: Bench, token: str = "f" * 64) -> Generator[tuple[str, WhatIfClient]]:
    """Serve a store; yield the address and the machine's client."""
    app = build_app(bench.store, bench.campaign, token, lambda: "", None, None)
    with served(app) as address:
        yield f"http://{address}", WhatIfClient(CommandClient(f"http://{address}", token, deadline_s=60))
    app.state.whatif.close()


def came(first: int, *counts: int) -> pl.DataFrame:
    """Return the registrations of a morning, so many persons in each half hour."""
    lines = (f"{first + n} | LS-1 | {count} | {n // 2:02d}:{n % 2 * 30 + 5:02d}" for n, count in enumerate(counts))
    return rows("tube_event", EVENTS + "\n".join(lines))


def a_day_before(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("happened_at", "recorded_at") - timedelta(days=1))


@pytest.fixture
def bench(tmp_path: Path, small: Campaign) -> Iterator[Bench]:
    made = Bench(tmp_path / "home" / "command.duckdb", small)
    yield made
    made.store.close()


def weights(told: dict[str, Any], name: str, count: int) -> list[float]:
    return told["curves"][name]["weights"][:count]


def test_a_store_of_two_days_tells_both_curves_and_a_question_may_name_them(bench: Bench) -> None:
    bench.clock.at = DAY - timedelta(hours=2)
    bench.tick(tube_event=a_day_before(came(1, *range(40, 160, 10))))
    bench.tick("01:40", tube_event=came(100, 80, 70, 60, 50))
    with asked(bench) as (_, client):
        told = client.presets()
        base = told["scenarios"]["base"]
        by_name = client.ask([base | {"curve": "yesterday"}], 2)["answers"]
        by_value = client.ask([base | {"curve": told["curves"]["yesterday"]}], 2)["answers"]
        with pytest.raises(AskRefused, match="no arrival curve named 'last year' here"):
            client.ask([base | {"curve": "last year"}], 2)

        plan = client.plan(base | {"curve": "yesterday"}, {"moves": "none"})
        today = base | {"curve": "today_so_far"}
        earlier = client.ask([today], 2)["answers"]
        bench.tick("02:10", tube_event=came(200, 0, 0, 0, 50))
        later = client.ask([today], 2)["answers"]

    assert later != earlier
    assert [one["value"] for one in plan["answer"]["assumptions"] if one["name"] == "curve"] == ["yesterday"]
    assert weights(told, "yesterday", 12) == [float(count) for count in range(40, 160, 10)]
    assert told["curves"]["yesterday"]["source"] == "counted at the desks on 2031-03-01"
    assert weights(told, "today_so_far", 3) == [80.0, 70.0, 60.0]
    assert told["no_curves"] == {}
    assert by_name == by_value


def test_a_day_moved_aside_is_yesterday_and_a_spoilt_one_is_said(bench: Bench, small: Campaign) -> None:
    earlier = Bench(bench.store.earlier, small)
    earlier.tick("06:01", tube_event=came(1, *[30] * 12))
    earlier.store.close()
    bench.tick("00:20")
    with asked(bench) as (_, client):
        told = client.presets()
        assert weights(told, "yesterday", 12) == [30.0] * 12
        assert told["no_curves"] == {"today_so_far": "none"}
        bench.store.earlier.write_bytes(b"spoilt")
        assert client.presets()["no_curves"] == {"yesterday": "unreadable", "today_so_far": "none"}
        bench.store.earlier.unlink()
        assert client.presets()["no_curves"] == {"yesterday": "none", "today_so_far": "none"}


def test_the_command_asks_the_running_product_for_a_days_curve(
    bench: Bench, small_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.tick("01:40", tube_event=came(100, 80, 70, 60, 50))
    chosen = settings(bench.path.parent, small_folder)
    words = ["whatif", "--curve", "today_so_far", "--json", "-n", "2"]
    with asked(bench, secret(chosen, "command")) as (address, _):
        monkeypatch.setenv("TENFOLD_COMMAND_URL", address)
        done = CliRunner().invoke(cli.app, [*words, "--home", str(chosen.home), "--campaign", str(small_folder)])

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)["answer"]
    (curve,) = (one for one in told["assumptions"] if one["name"] == "curve")
    assert curve["value"] == "today_so_far"
    assert curve["source"] == "counted at the desks on 2031-03-02; from 09:30 on as planned"
