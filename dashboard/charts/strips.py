"""Strips and tiles of numbers as HTML without script: the tubes' way, a server's load; every text is escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from dashboard.colours import HEALTH_SIGN, Palette
from dashboard.formats import NOTHING, count, number, percent
from dashboard.words import Words
from pipelines.vocabulary import Health

Row = Mapping[str, Any]
STEPS = ("registered", "sampled", "dispatched", "at_lab", "resulted")
NEARLY_FULL = 0.95


@dataclass(frozen=True)
class Ink:
    """How strips are written: words, colours, and how large, 1 on a page and more on a wall."""

    words: Words
    colours: Palette
    size: float = 1.0

    def rem(self, size: float) -> str:
        """Return a length in the browser's unit."""
        return f"{size * self.size:.2f}rem"


def tubes(row: Row, ink: Ink, ends: str = "") -> str:
    """Return the tubes' way: each step's total, on the arrows those on their way to it, and at the end the missing.

    ``row`` is that of tubes_way; ``ends``: why what is known of them ends early.
    """
    cells: list[str] = []
    before: int | None = None
    for step in STEPS:
        tubes_so_far = row[f"tubes_{step}"]
        if before is not None:
            cells.append(_arrow(step, max(0, before - tubes_so_far), ink))
        cells.append(_step(step, tubes_so_far, ink))
        before = tubes_so_far
    remark = f'<div style="color:{ink.colours.health[Health.SLOW]};width:100%">{escape(ends)}</div>' if ends else ""
    return (
        f'<div style="display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;'
        f'gap:{ink.rem(0.3)} {ink.rem(0.6)}">{"".join(cells)}{_missing(row, ink)}{remark}</div>'
    )


def _step(step: str, tubes_so_far: int, ink: Ink) -> str:
    title = escape(ink.words(f"way.{step}.help"), quote=True)
    return (
        f'<div class="way-{step}" title="{title}" style="line-height:1.25">'
        f'<div style="font-size:{ink.rem(0.8)};color:{ink.colours.muted}">{escape(ink.words(f"way.{step}"))}</div>'
        f'<div class="value" style="font-size:{ink.rem(1.5)};font-weight:700">{count(tubes_so_far)}</div></div>'
    )


def _arrow(step: str, between: int, ink: Ink) -> str:
    title = escape(ink.words(f"way.to.{step}"), quote=True)
    return (
        f'<div title="{title}" style="text-align:center;color:{ink.colours.muted};line-height:1.2">'
        f'<div style="font-size:{ink.rem(0.75)}">{count(between)}</div>'
        f'<div style="font-size:{ink.rem(1)}">→</div></div>'
    )


def _missing(row: Row, ink: Ink) -> str:
    lost, misrouted = row["tubes_lost"], row["tubes_misrouted"]
    is_missing = bool(lost or misrouted)
    health = Health.DOWN if is_missing else Health.OK
    detail = ink.words("way.missing.none")
    if is_missing:
        oldest = number(row["missing_oldest_minutes"])
        detail = ink.words("way.missing.note", lost=count(lost), misrouted=count(misrouted), oldest=oldest)
    title = escape(ink.words("way.missing.help"), quote=True)
    colour = ink.colours.health[health]
    return (
        f'<div class="way-missing" title="{title}" style="line-height:1.25;border-left:4px solid {colour};'
        f'padding-left:{ink.rem(0.6)}"><div style="font-size:{ink.rem(0.8)};color:{ink.colours.muted}">'
        f"{HEALTH_SIGN[health]} {escape(ink.words('way.missing'))}</div>"
        f'<div><span class="value" style="font-size:{ink.rem(1.5)};font-weight:700'
        f'{";color:" + colour if is_missing else ""}">{count(lost + misrouted)}</span> '
        f'<span style="font-size:{ink.rem(0.8)};color:{ink.colours.muted}">{escape(detail)}</span></div></div>'
    )


def server(row: Row, ink: Ink, threshold: float) -> str:
    """Return a server that answers: its desks, its load on a bar with the mark it must not pass, latency and errors.

    ``row`` is one of servers_live; ``threshold`` the load, 0..1, from which the others could not take its desks.
    """
    health, load = Health(row["health"]), row["load_share"]
    colours = ink.colours
    line = ink.words(
        "server.line",
        logins=count(row["logins"]),
        capacity=count(row["capacity_logins"]),
        latency=number(row["first_byte_ms"]),
        errors=percent(row["error_share"], 1),
    )
    state = f"{HEALTH_SIGN[health]} {ink.words(f'health.{health}')}"
    desks = ink.words("server.desks", desks=count(row["desks"]))
    return (
        f'<div style="line-height:1.3"><div style="display:flex;justify-content:space-between;gap:0.5rem">'
        f'<span><b style="font-size:{ink.rem(0.95)}">{escape(ink.words.name(row))}</b> '
        f'<span style="font-size:{ink.rem(0.8)};color:{_tone(health, colours)}">{escape(state)}</span></span>'
        f'<span style="font-size:{ink.rem(0.95)};font-weight:700">{escape(desks)}</span></div>'
        f"{_bar(load, threshold, ink)}"
        f'<div style="font-size:{ink.rem(0.78)};color:{colours.muted}">{escape(line)}</div></div>'
    )


def _bar(load: float | None, threshold: float, ink: Ink) -> str:
    colours = ink.colours
    over = load is not None and load > threshold
    colour = colours.health[Health.DOWN if (load or 0) > NEARLY_FULL else Health.SLOW] if over else colours.accent
    label = NOTHING if load is None else f"{percent(load)}{' !' if over else ''}"
    width = min(1.0, load or 0.0)
    return (
        f'<div style="display:flex;align-items:center;gap:0.5rem"><div style="position:relative;flex:1;'
        f'height:{ink.rem(0.55)};background:{colours.line};border-radius:3px">'
        f'<div style="width:{width:.0%};height:100%;background:{colour};border-radius:3px"></div>'
        f'<div style="position:absolute;left:{threshold * 100:.0f}%;top:-2px;bottom:-2px;width:2px;'
        f'background:{colours.ink}"></div></div>'
        f'<span style="font-size:{ink.rem(0.8)};min-width:3.2em;text-align:right">{label}</span></div>'
    )


def networks(totals: Row, ink: Ink) -> str:
    """Return the line that says how the Wi-Fi networks are; ``totals`` is the row of district_totals."""
    ok, bad, unknown, total = (totals[f"networks_{name}"] for name in ("ok", "down", "unknown", "total"))
    health = Health.UNKNOWN if unknown == total else Health.SLOW if bad else Health.OK
    text = ink.words("network.sum", ok=count(ok), total=count(total), bad=count(bad), unknown=count(unknown))
    return (
        f'<div style="font-size:{ink.rem(0.9)};border-top:1px solid {ink.colours.line};padding-top:{ink.rem(0.35)}">'
        f'<span style="color:{_tone(health, ink.colours)}">{HEALTH_SIGN[health]}</span> {escape(text)}</div>'
    )


def _tone(health: Health, colours: Palette) -> str:
    return colours.second if health is Health.OK else colours.health[health]
