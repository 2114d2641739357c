"""An answer for a moment never changes: what was told live is told again when the moment is past."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from polars.testing import assert_frame_equal

from pipelines.api import Scope
from pipelines.store import asks
from tests.store.grains_keeping import GRAINS as KEEPING_GRAINS
from tests.store.grains_sites import GRAINS as SITE_GRAINS
from tests.store.histories import frames, ticks
from tests.store.kit import DAY, Bench

QUICK = settings(
    deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
)
SCOPES = (Scope(), Scope.town("990001001"), Scope.site("LS-5"))

OF_OTHERS = SITE_GRAINS | KEEPING_GRAINS
GRAINS = OF_OTHERS | {
    "acts_log": ("sequence",),
    "decisions": ("sequence",),
    "orders_live": ("sequence",),
    "queue_outlook": ("site_id",),
    "queue_outlook_towns": ("town_code",),
    "recommendation_effects": ("recommendation_id",),
    "recommendation_log": ("recommendation_id",),
    "recommendations_known": ("recommendation_id",),
    "staff_loans": ("from_site_id", "to_site_id", "role"),
    "switch_effect": (),
    "switch_plan": ("site_id", "from_server_id", "to_server_id", "contingency"),
    "vehicle_plan": ("vehicle_id",),
    "disturbance_log": ("disturbance_id",),
    "disturbances_known": ("disturbance_id",),
    "disturbances_live": ("disturbance_id",),
    "forecast_live": (),
    "lab_forecast": ("lab_id",),
    "lab_rates": ("lab_id",),
    "arrivals_by_day": ("days_before", "part"),
    "desk_times": ("town_code", "desk"),
    "day_so_far": ("site_id",),
    "answers_kept": ("sequence",),
    "answers_given": ("code", "made_at"),
    "calibration_score": ("scope_level", "scope_id"),
    "recommendations_live": ("recommendation_id",),
    "site_server_desks": ("site_id", "server_id"),
    "alert_history": ("alert_id", "at", "state"),
    "alerts_live": ("alert_id",),
    "channels_live": ("channel",),
    "notices_due": ("alert_id",),
    "notifications_log": ("notification_id",),
    "conservation": (),
    "crowd_index": ("site_id",),
    "district_totals": (),
    "district_trend": ("bucket_at",),
    "freshness": (),
    "job_runs": ("run_id",),
    "missing_tubes": ("barcode",),
    "jobs_live": ("job",),
    "network_strip": ("site_id", "network"),
    "labs_live": ("lab_id",),
    "plan_curve": ("bucket_at",),
    "scans_saved": (),
    "norms": (),
    "server_trend": ("server_id", "minute_at"),
    "servers_live": ("server_id",),
    "site_counts_at": ("site_id",),
    "site_desks": ("server_id",),
    "site_detail": (),
    "site_staff": ("role",),
    "site_trend": ("bucket_at",),
    "sites_live": ("site_id",),
    "sources_live": ("source_id",),
    "staff_against_norm": ("role",),
    "staff_by_site": ("site_id", "role"),
    "towns_live": ("town_code",),
    "tubes_way": (),
    "tubes_by_state": ("state",),
}


def _all_answers(bench, as_of, scope) -> dict[str, pl.DataFrame]:
    own = {
        "site_id": "LS-5",
        "lab_id": "lab-1",
        "since": "",
        "begun": "2031-03-02T00:00:00Z",
        "hour": "2031-03-02T01:00Z",
        "version": "",
        "kind": "",
        "barcode": "LK1000000001",
    }
    return {
        name: bench.ask(name, as_of=as_of, scope=scope, **{key: own[key] for key in asked.params})
        for name, asked in asks().items()
    }


def _same(answer: pl.DataFrame, other: pl.DataFrame) -> bool:
    try:
        assert_frame_equal(answer, other)
    except AssertionError:
        return False
    return True


def test_every_ask_states_its_grain_here():
    assert set(GRAINS) == set(asks())


@settings(QUICK, max_examples=2)
@given(history=ticks(most=3))
def test_what_was_told_live_is_told_again_from_the_history(small, history):
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "command.duckdb", small)
        told = []
        for number, (now, tick) in enumerate(history):
            bench.clock.at = now
            as_of = bench.store.commit("test", frames(tick)).tick.stored_at
            scope = SCOPES[number % len(SCOPES)]
            told.append((as_of, scope, _all_answers(bench, as_of, scope)))
            bench.clock.at = now + timedelta(seconds=40)
            told.append((bench.clock.at, scope, _all_answers(bench, bench.clock.at, scope)))
        bench.clock.at = history[-1][0] + timedelta(hours=1)
        bench.store.commit("test", {})
        for as_of, scope, answers in told:
            for name, answer in _all_answers(bench, as_of, scope).items():
                assert _same(answer, answers[name]), f"{name} as of {as_of}: {answer} is not {answers[name]}"
        bench.store.close()


@settings(QUICK, max_examples=3)
@given(history=ticks(most=3))
def test_every_answer_keeps_its_grain_live_and_past(small, history):
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "command.duckdb", small)
        for now, tick in history:
            bench.clock.at = now
            bench.store.commit("test", frames(tick))
        for as_of in (history[-1][0], history[0][0]):
            for name, answer in _all_answers(bench, as_of, Scope()).items():
                keys = GRAINS[name]
                assert answer.height == (answer.n_unique(keys) if keys else 1), name
        bench.store.close()


def test_columns_and_types_are_the_same_from_an_empty_store_live_and_past(bench):
    live = _all_answers(bench, bench.clock.at, Scope())
    bench.tick("01:00", tube_event="sequence | site_id | persons | happened_at\n1 | LS-1 | 3 | 00:30")
    filled = _all_answers(bench, bench.clock.at, Scope())
    past = _all_answers(bench, DAY, Scope())
    for name, answer in live.items():
        assert dict(answer.schema) == dict(filled[name].schema) == dict(past[name].schema), name
        simple = {pl.Int64, pl.Float64, pl.String, pl.Boolean, pl.Datetime("us", "UTC"), pl.List(pl.String)}
        assert set(answer.dtypes) <= simple, name


@pytest.mark.parametrize("name", sorted(asks()))
def test_every_ask_says_what_it_answers(name):
    assert asks()[name].what and asks()[name].grain
