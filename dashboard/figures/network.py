"""The figures of the network page: pure functions from its frames to labelled values."""

from collections.abc import Callable

import polars as pl

from dashboard.figures.district import Figure, Tone
from dashboard.formats import NOTHING, count, number, percent
from dashboard.frames import Answers
from dashboard.once import KEPT, once
from dashboard.words import Words
from pipelines.vocabulary import Health

UP = (Health.OK.value, Health.SLOW.value)
FAULTY = (Health.DOWN.value, Health.SLOW.value)


@once(KEPT)
def network(answers: Answers, limit: float, words: Words) -> list[Figure]:
    """Return the page's figures, those whose asks failed left out; ``limit`` is the highest load of a server."""
    builders: dict[str, Callable[[pl.DataFrame], list[Figure]]] = {
        "servers_live": lambda frame: [_servers(frame, words), _load(frame, limit, words)],
        "network_strip": lambda frame: [_networks(frame, words)],
        "crowd_index": lambda frame: [_crowd(frame, words)],
        "contingency_live": lambda frame: [_contingency(frame, words)],
        "interruptions_by_cause": lambda frame: [_interrupted(frame, words)],
    }
    return [figure for name, build in builders.items() if name in answers.frames for figure in build(answers[name])]


def _servers(servers: pl.DataFrame, words: Words) -> Figure:
    up = servers.filter(pl.col("health").is_in(UP)).height
    down = servers.filter(health=Health.DOWN.value)
    note = words("net.servers.note") if up else words("kpi.unknown")
    if down.height:
        stuck = int(down["desks"].sum())
        lost = words("kpi.servers.down", down=down.height)
        note = words("net.servers.stuck", desks=count(stuck)) if stuck else lost
    tone: Tone = "red" if down.height else "green" if up == servers.height else "gray"
    value = f"{up}/{servers.height}"
    return Figure("net-servers", words("net.servers"), value, note, tone, words("net.servers.help"))


def _load(servers: pl.DataFrame, limit: float, words: Words) -> Figure:
    label, help_text = words("net.load"), words("net.load.help", limit=percent(limit))
    known = servers.filter(pl.col("load_share").is_not_null()).sort("load_share", descending=True)
    if not known.height:
        return Figure("net-load", label, NOTHING, words("kpi.unknown"), "gray", help_text)
    top = known.row(0, named=True)
    tone: Tone = "red" if top["load_share"] > limit else "green"
    return Figure("net-load", label, percent(top["load_share"]), words.name(top), tone, help_text)


def _networks(networks: pl.DataFrame, words: Words) -> Figure:
    faulty = networks.filter(pl.col("health").is_in(FAULTY))
    down = faulty.filter(health=Health.DOWN.value).height
    unknown = networks.filter(health=Health.UNKNOWN.value).height
    tone: Tone = "red" if down else "orange" if faulty.height else "gray" if unknown else "green"
    note = words("net.networks.note", down=count(down), slow=count(faulty.height - down))
    if not faulty.height:
        note = words("net.networks.unknown", unknown=count(unknown)) if unknown else words("net.networks.good")
    value = f"{networks.height - faulty.height - unknown}/{networks.height}"
    return Figure("net-networks", words("net.networks"), value, note, tone, words("net.networks.help"))


def _crowd(crowd: pl.DataFrame, words: Words) -> Figure:
    over = crowd.filter(pl.col("crowd_class").is_in(["over", "lost"])).height
    worst = crowd.filter(pl.col("crowd_index").is_not_null()).sort("crowd_index", descending=True).head(1)
    note = words("kpi.unknown")
    if worst.height:
        note = words("net.crowd.note", value=number(worst["crowd_index"][0], 1))
    tone: Tone = "orange" if over else "green" if worst.height else "gray"
    return Figure("net-crowd", words("net.crowd"), count(over), note, tone, words("net.crowd.help"))


def _contingency(contingency: pl.DataFrame, words: Words) -> Figure:
    off, desks = (int(contingency[name].sum() or 0) for name in ("desks_province", "desks"))
    told = bool(desks)
    waiting = int(contingency["queued_uploads"].sum() or 0)
    note = words("net.away.note", uploads=count(waiting)) if told else words("kpi.unknown")
    tone: Tone = "gray" if not told else "orange" if desks - off else "green"
    value = count(desks - off) if told else NOTHING
    return Figure("net-away", words("net.away"), value, note, tone, words("net.away.help"))


def _interrupted(frame: pl.DataFrame, words: Words) -> Figure:
    causes = frame.group_by("cause").agg(pl.col("interruptions").sum()).sort("interruptions")
    total = int(causes["interruptions"].sum() or 0)
    note = words("net.interrupted.none")
    if total:
        cause, most = causes.row(-1)
        note = words("net.interrupted.note", cause=words(f"cause.{cause}"), share=percent(most / total))
    help_text = words("net.interrupted.help")
    return Figure("net-interrupted", words("net.interrupted"), count(total), note, "gray", help_text)
