"""Which servers fail, whether by themselves or under their logins, and what follows from the first fall (Q61, Q72)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pipelines.advice.scores import weighed
from pipelines.advice.situation import Situation
from pipelines.advice.words import Figure, SubjectKind
from pipelines.campaign.model import Campaign
from pipelines.vocabulary import Cause, Health, Outcome, SystemKind

CASCADE_WITHIN = timedelta(minutes=15)
APP_ERROR_SHARE = 0.2
NEAR_CAPACITY = 0.9  # of its logins when it last answered: then it fell under them
Row = Mapping[str, Any]


class Fall(StrEnum):
    """How a server fails, by the phase of its probe and by its logins before."""

    CRASH = "crash"
    HANG = "hang"
    OVERLOAD = "overload"
    REFUSES = "refuses"
    SLOW = "slow"
    LOADED = "loaded"


PHASE: dict[str, str] = {
    Outcome.UNREACHABLE: "connect",
    Outcome.TIMEOUT: "first_byte",
    Outcome.HTTP_ERROR: "answer",
    Outcome.MALFORMED: "answer",
    Outcome.REJECTED: "answer",
}


@dataclass(frozen=True)
class ServerTrouble:
    """Grain: one cause among the servers: the first that failed, and those that failed because of it."""

    kind: SubjectKind
    subject: str
    cause: Cause
    since: datetime
    server_ids: tuple[str, ...]
    down_ids: tuple[str, ...]
    scores: Mapping[str, float]
    evidence: Mapping[str, Figure]
    desks_by_site: Mapping[str, int]


def server_troubles(campaign: Campaign, situation: Situation) -> list[ServerTrouble]:
    """Return what is wrong with the servers, one row a cause."""
    rows = list(situation.servers.iter_rows(named=True))
    before = {row["server_id"]: row for row in situation.before.iter_rows(named=True)}
    down = sorted((row for row in rows if row["health"] == Health.DOWN), key=lambda row: _since(row, situation.as_of))
    found = [_fallen(chain, before, situation) for chain in _chains(down, before, situation.as_of)]
    found = _whole_province(campaign, found, situation)
    if not down:
        found += [_loaded(row, situation) for row in rows if row["health"] == Health.SLOW]
        found += _app(rows, situation)
    return found


def _chains(down: Sequence[Row], before: Mapping[str, Row], as_of: datetime) -> list[list[Row]]:
    """Return the fallen servers, each with those that fell under the logins that it sent them."""
    chains: list[list[Row]] = []
    for row in down:
        root = chains[-1][0] if chains else None
        follows = root is not None and _since(row, as_of) - _since(root, as_of) <= CASCADE_WITHIN
        if follows and _fall(row, before) is Fall.OVERLOAD:
            chains[-1].append(row)
        else:
            chains.append([row])
    return chains


def _fallen(chain: Sequence[Row], before: Mapping[str, Row], situation: Situation) -> ServerTrouble:
    root, ids = chain[0], tuple(row["server_id"] for row in chain)
    fall, last = _fall(root, before), before.get(root["server_id"], root)
    raw = {Cause.SERVER: 3.0, Cause.APP: 0.5 if fall is Fall.REFUSES else 0.0}
    figures: dict[str, Figure] = {
        "probe_failed": PHASE.get(root.get("outcome") or "", "connect"),
        "how": fall.value,
        "logins_before": last.get("logins"),
        "logins_over_capacity": _share(last.get("logins"), root["capacity_logins"]),
        "first_byte_ms": last.get("first_byte_ms"),
        "servers_down": len(chain),
        "is_cascade": len(chain) > 1,
    }
    desks = _left(situation, ids)
    figures |= {"desks_left": sum(desks.values()), "sites": len(desks)}
    return ServerTrouble(
        SubjectKind.SERVER, ids[0], Cause.SERVER, _since(root, situation.as_of), ids, ids, weighed(raw), figures, desks
    )


def _whole_province(campaign: Campaign, found: list[ServerTrouble], situation: Situation) -> list[ServerTrouble]:
    """Return one trouble for all when no provincial server is left, whichever fell first."""
    province = [server.server_id for server in campaign.servers if server.system is SystemKind.PROVINCE]
    down = [server_id for one in found for server_id in one.down_ids if server_id in province]
    if len(province) < 2 or len(down) < len(province):
        return found
    first = min(found, key=lambda one: one.since)
    ids = tuple(down)
    desks = _left(situation, ids)
    figures = dict(first.evidence) | {"servers_down": len(down), "desks_left": sum(desks.values()), "sites": len(desks)}
    rest = [one for one in found if not set(one.down_ids) & set(province)]
    whole = ServerTrouble(SubjectKind.PROVINCE, "", Cause.SERVER, first.since, ids, ids, first.scores, figures, desks)
    return [whole, *rest]


def _loaded(row: Row, situation: Situation) -> ServerTrouble:
    load = _share(row["logins"], row["capacity_logins"])
    figures: dict[str, Figure] = {
        "how": (Fall.LOADED if (load or 0.0) > 0 and row["load_share"] is not None else Fall.SLOW).value,
        "first_byte_ms": row["first_byte_ms"],
        "connect_ms": row["connect_ms"],
        "logins": row["logins"],
        "logins_over_capacity": load,
        "logins_from_elsewhere": None if row["logins"] is None else max(row["logins"] - row["desks"], 0),
        "desks_left": row["desks"],
    }
    desks = {
        site_id: lanes
        for site_id, main, lanes in situation.sites.select("site_id", "main_server_id", "lanes_open").rows()
        if main == row["server_id"] and lanes
    }
    ids, raw = (row["server_id"],), {Cause.SERVER: 2.0}
    since = row["observed_at"] or situation.as_of
    return ServerTrouble(SubjectKind.SERVER, ids[0], Cause.SERVER, since, ids, (), weighed(raw), figures, desks)


def _app(rows: Sequence[Row], situation: Situation) -> list[ServerTrouble]:
    """Return the app's own trouble: errors on every provincial server at once, though all answer their probes well."""
    asked = [row for row in rows if row["system"] == SystemKind.PROVINCE and row["error_share"] is not None]
    if len(asked) < 2 or any(row["error_share"] < APP_ERROR_SHARE for row in asked):
        return []
    if any(row["health"] != Health.OK for row in asked):
        return []
    worst = max(row["error_share"] for row in asked)
    figures: dict[str, Figure] = {
        "error_share": round(worst, 3),
        "servers_with_errors": len(asked),
        "servers_slow_or_down": 0,
    }
    desks = _open_desks(situation)
    scores = weighed({Cause.APP: 3.0, Cause.SERVER: 0.8})
    return [ServerTrouble(SubjectKind.APP, "", Cause.APP, situation.as_of, (), (), scores, figures, desks)]


def _fall(row: Row, before: Mapping[str, Row]) -> Fall:
    outcome, last = row.get("outcome") or "", before.get(row["server_id"])
    share = _share(last.get("logins"), row["capacity_logins"]) if last else None
    if outcome == Outcome.HTTP_ERROR:
        return Fall.OVERLOAD if share is None or share >= NEAR_CAPACITY / 2 else Fall.REFUSES
    if share is not None and share >= NEAR_CAPACITY:
        return Fall.OVERLOAD
    return Fall.HANG if outcome == Outcome.TIMEOUT else Fall.CRASH


def _left(situation: Situation, server_ids: Sequence[str]) -> dict[str, int]:
    """Return the desks that were on these servers when they last answered, by site."""
    desks: Counter[str] = Counter()
    if situation.left.is_empty():
        return {}
    for server_id, site_id, count in situation.left.select("server_id", "site_id", "desks").rows():
        if server_id in server_ids and count:
            desks[site_id] += count
    return dict(sorted(desks.items()))


def _open_desks(situation: Situation) -> dict[str, int]:
    rows = situation.sites.select("site_id", "lanes_open", "wait_class").rows()
    return {site_id: lanes for site_id, lanes, wait in rows if lanes and wait != "closed"}


def _since(row: Row, as_of: datetime) -> datetime:
    return row["down_since"] or as_of


def _share(part: Any, whole: Any) -> float | None:
    return None if part is None or not whole else round(part / whole, 3)
