"""Random histories of the small district: what a series of ticks may bring, late events and silences included."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from pipelines.vocabulary import ActKind, TubeEventKind
from tests.store.histories_feeds import fed, reported
from tests.store.histories_sites import PAGES, pages, subsets
from tests.store.kit import DAY, SCHEMAS

SITES = ("LS-1", "LS-2", "LS-5")
LABS = ("lab-1", "lab-2")
SERVERS = ("p1", "p2", "city")
FORECAST_SCOPES = (("district", ""), ("town", "990001001"), ("site", "LS-5"))
Tick = dict[str, list[dict[str, Any]]]


@st.composite
def ticks(draw: st.DrawFn, most: int = 5) -> list[tuple[datetime, Tick]]:
    """Return moments and rows. Sequences may be sent again, counts may be missing, events happen when they like."""
    now, sequence, acted, history = DAY + timedelta(hours=1), 0, 0, []
    for _ in range(draw(st.integers(2, most))):
        now += timedelta(seconds=draw(st.integers(0, 900)))
        acts = [_act(draw, now, number) for number in range(acted + 1, acted + 1 + draw(st.integers(0, 4)))]
        acted += len(acts)
        events = draw(st.lists(_event(now), max_size=6))
        first = max(1, sequence + 1 - draw(st.integers(0, 3)))
        numbered = [event | {"sequence": first + n} for n, event in enumerate(events)]
        sequence = max([sequence, *(event["sequence"] for event in numbered)])
        history.append((now, _tick(draw, now, sequence, numbered) | {"act": acts}))
    return history


def frames(tick: Tick) -> dict[str, pl.DataFrame]:
    return {table: pl.DataFrame(found, schema=SCHEMAS[table]) for table, found in tick.items() if found}


def _event(now: datetime) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda site, kind, persons, ago: {
            "barcode": "LK1000000001",
            "kind": kind,
            "site_id": site,
            "lab_id": "lab-1",
            "server_id": "p1",
            "lane_no": 1,
            "persons": persons,
            "short_reason": None,
            "happened_at": now - timedelta(seconds=ago),
            "recorded_at": now,
        },
        st.sampled_from(SITES),
        st.sampled_from(("registered", "registered", *TubeEventKind)),
        st.integers(0, 10),
        st.integers(-300, 7_200),
    )


def _tick(draw: st.DrawFn, now: datetime, sequence: int, events: list[dict[str, Any]]) -> Tick:
    counted, queued = draw(subsets(SITES)), draw(subsets(SITES))
    return (
        {
            "tube_event": events,
            "site_counts": [_counts(draw, site, now, sequence) for site in counted],
            "site_queue": [_queue(draw, site, now) for site in queued],
            "desk_server": [
                {"site_id": site, "server_id": server, "observed_at": now, "desks": draw(st.integers(0, 3))}
                for site in queued
                for server in draw(subsets(SERVERS))
            ],
            "roster": [
                {"site_id": site, "role": role, "observed_at": now, "on_shift": draw(st.integers(0, 9)), "planned": 9}
                for site in draw(subsets(SITES))
                for role in ("medic", "volunteer")
            ],
            "network_sample": [_network(draw, site, now) for site in draw(subsets(SITES))],
            "lab_counts": [_lab(draw, lab, now) for lab in draw(subsets(LABS))],
            "server_sample": [_probe(draw, server, now) for server in draw(subsets(SERVERS))],
            "source_pull": [_pull(draw, site, now) for site in draw(subsets(SITES))]
            + [_page_pull(draw, kind, now) for kind in draw(subsets(PAGES))],
            "disturbance": [_disturbance(draw, server, now) for server in draw(subsets(SERVERS))],
            "recommendation": [_recommendation(draw, site, now) for site in draw(subsets(SITES))],
            "forecast": [_forecast(draw, *of, now) for of in draw(st.sampled_from(((), FORECAST_SCOPES)))],
            **(_plans(draw, now) if draw(st.booleans()) else {}),
            "lab_outlook": [_lab_outlook(draw, lab, now) for lab in draw(subsets(LABS))],
            "report_version": reported(draw, now, _blank("report_version")),
            "alert_event": [_alert(draw, site, now) for site in draw(subsets(SITES))],
        }
        | pages(draw, now)
        | fed(draw, now, len(events), sequence)
    )


def _counts(draw: st.DrawFn, site: str, now: datetime, sequence: int) -> dict[str, Any]:
    persons = draw(st.integers(0, 60))
    return {
        "site_id": site,
        "round_id": "lakeside-r2",
        "sequence": max(0, sequence + draw(st.integers(-3, 2))),
        "observed_at": now - timedelta(seconds=draw(st.integers(0, 400))),
        "persons_registered": persons,
        "tubes_registered": persons // 10,
        "persons_sampled": persons,
        "tubes_sampled": persons // 10,
        "tubes_short": 0,
    }


def _queue(draw: st.DrawFn, site: str, now: datetime) -> dict[str, Any]:
    return {
        "site_id": site,
        "observed_at": now - timedelta(seconds=draw(st.sampled_from((0, 100, 300)))),
        "is_open": draw(st.booleans()),
        "queue_persons": draw(st.integers(0, 50)),
        "wait_minutes": draw(st.sampled_from((0.0, 20.0, 30.0, 55.0))),
        "lanes_open": draw(st.integers(0, 3)),
    }


def _network(draw: st.DrawFn, site: str, now: datetime) -> dict[str, Any]:
    return {
        "site_id": site,
        "network": draw(st.sampled_from(("volunteer", "public"))),
        "observed_at": now,
        "is_up": draw(st.booleans()),
        "latency_ms": draw(st.sampled_from((None, 20.0, 900.0))),
        "loss_share": 0.0,
        "clients": 4,
    }


def _probe(draw: st.DrawFn, server: str, now: datetime) -> dict[str, Any]:
    is_up = draw(st.booleans())
    known = {"logins": 5, "capacity_logins": 16, "requests": draw(st.integers(10, 20)), "errors": 3}
    times = {"started_at": DAY, "connect_ms": 1.0, "first_byte_ms": 2.0, "transfer_ms": 0.1}
    heard = known | times | {"persons_registered": draw(st.integers(0, 99))}
    plain = {"server_id": server, "observed_at": now, "is_up": is_up, "outcome": "ok" if is_up else "timeout"}
    return plain | {"reason": "" if is_up else "late"} | (heard if is_up else dict.fromkeys(heard))


def _lab(draw: st.DrawFn, lab: str, now: datetime) -> dict[str, Any]:
    counted = {
        name: draw(st.integers(0, 40)) for name in SCHEMAS["lab_counts"] if name not in ("lab_id", "observed_at")
    }
    return {"lab_id": lab, "observed_at": now} | counted


def _pull(draw: st.DrawFn, site: str, now: datetime) -> dict[str, Any]:
    outcome = draw(st.sampled_from(("ok", "ok", "timeout")))
    return {
        "source_id": f"counts:{site}",
        "kind": "site_counts",
        "site_id": site,
        "server_id": None,
        "pulled_at": now,
        "took_ms": 3.0,
        "size_bytes": 200,
        "outcome": outcome,
        "reason": "" if outcome == "ok" else "late",
        "observed_at": now if outcome == "ok" else None,
    }


def _disturbance(draw: st.DrawFn, server: str, now: datetime) -> dict[str, Any]:
    sites = draw(subsets(SITES))
    return _blank("disturbance") | {
        "disturbance_id": server,
        "severity": draw(st.sampled_from(("critical", "warning"))),
        "since": now,
        "ended_at": draw(st.sampled_from((None, now))),
        "site_ids": sites,
        "site_desks": [draw(st.integers(0, 3)) for _ in sites],
        "explains": [f"site:{site}" for site in sites],
    }


def _recommendation(draw: st.DrawFn, site: str, now: datetime) -> dict[str, Any]:
    return _blank("recommendation") | {
        "recommendation_id": site,
        "site_ids": sorted({site, *draw(subsets(SITES))}),
        "state": draw(st.sampled_from(("open", "accepted", "rejected"))),
        "made_at": now,
        "person_minutes": float(draw(st.integers(0, 9))),
    }


def _forecast(draw: st.DrawFn, level: str, scope_id: str, now: datetime) -> dict[str, Any]:
    scope = {"scope_level": level, "scope_id": scope_id, "made_at": now}
    return _blank("forecast") | scope | {"persons_registered": draw(st.integers(0, 99)), "persons_target": 100}


def _lab_outlook(draw: st.DrawFn, lab: str, now: datetime) -> dict[str, Any]:
    return _blank("lab_outlook") | {"lab_id": lab, "made_at": now, "backlog": draw(st.integers(0, 9))}


ORDERS = ('{"contingency":"city"}', '{"server_id":"p2"}', '{"vehicle_id":"mobile-1"}')
LOAN = '{"lend_from":"LS-5","lend_to":"LS-1","persons":2,"role":"medic"}'
ENTERED = ('{"base_version":0,"persons":5}', '{"base_version":1,"tubes":2,"version":1,"recommendation_id":"LS-5"}')
HOUR = "2031-03-02T01:00Z"
ABOUT = (HOUR, f"{HOUR}/district", f"{HOUR}/town/990001001", f"{HOUR}/site/LS-5", "LK1000000001")


def _act(draw: st.DrawFn, now: datetime, number: int) -> dict[str, Any]:
    level, of = draw(st.sampled_from((("district", None), ("town", "990001001"), ("site", "LS-5"))))
    return _blank("act") | {
        "sequence": number,
        "act_id": f"act-{number}",
        "kind": draw(st.sampled_from(("ordered", "ordered", "order_delivered", "order_failed", *ActKind))),
        "actor": "liang.wei",
        "scope_level": level,
        "scope_id": of,
        "target": draw(st.sampled_from((f"act-{draw(st.integers(1, number))}", *ABOUT))),
        "facts": draw(st.sampled_from((*ORDERS, LOAN, *ENTERED))),
        "happened_at": now,
        "recorded_at": now,
        "hash": f"{number:064x}",
    }


def _plans(draw: st.DrawFn, now: datetime) -> Tick:
    """One set of everything that is planned, whose rows may be none."""
    some = {
        "queue_outlook": [{"site_id": site, "queue_persons": draw(st.integers(0, 9))} for site in draw(subsets(SITES))],
        "switch_move": [
            {"site_id": site, "from_server_id": "p1", "to_server_id": draw(st.sampled_from(("p2", ""))), "desks": 1}
            for site in draw(subsets(SITES))
        ],
        "staff_loan": [
            {"from_site_id": "LS-6", "to_site_id": site, "role": "medic", "person_minutes": 1.0}
            for site in draw(subsets(SITES))
        ],
        "vehicle_move": [{"vehicle_id": f"v-{site}", "to_site_id": site} for site in draw(subsets(SITES))],
        "advice_set": [{"plan": plan, "facts": "{}"} for plan in ("switch", "loans", "vehicles")],
    }
    return {table: [_blank(table) | row for row in rows] for table, rows in some.items()}


def _blank(table: str) -> dict[str, Any]:
    return dict.fromkeys(SCHEMAS[table])


def _page_pull(draw: st.DrawFn, kind: str, now: datetime) -> dict[str, Any]:
    observed_at = now - timedelta(seconds=draw(st.sampled_from((0, 60, 400))))
    pull = _pull(draw, "", now)
    seen = {"observed_at": observed_at} if pull["outcome"] == "ok" else {}
    return pull | {"source_id": kind, "kind": kind, "site_id": None} | seen


def _alert(draw: st.DrawFn, site: str, now: datetime) -> dict[str, Any]:
    state = draw(st.sampled_from(("ok", "pending", "firing", "recovering", "no_data", "error")))
    plain: dict[str, Any] = dict.fromkeys(SCHEMAS["alert_event"])
    named = {"alert_id": f"site_stale:{site}", "rule": "site_stale", "about": "site", "subject": site, "site_id": site}
    moments = {"state_since": now, "seen_at": now, "fired_at": now if state in ("firing", "recovering") else None}
    known = {"severity": "warning", "state": state, "was": "firing", "town_code": "990001001", "muted_by": ""}
    return plain | named | moments | known | {"value": draw(st.sampled_from((None, 1.0))), "bound": 1.0}
