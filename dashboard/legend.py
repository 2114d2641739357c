"""The map's legend: each wait class in the very colour and sign that the map draws it with."""

from html import escape

from dashboard.colours import WAIT_SIGN, Palette
from dashboard.formats import number
from dashboard.words import Words
from pipelines.client import CampaignInfo
from pipelines.vocabulary import WaitClass

NAMES = {
    WaitClass.SHORT: "short",
    WaitClass.MEDIUM: "medium",
    WaitClass.LONG: "long",
    WaitClass.CLOSED: "closed",
    WaitClass.UNKNOWN: "stale",
}


def legend(campaign: CampaignInfo, words: Words, colours: Palette) -> str:
    """Return the legend and the credits as HTML without script; every word is escaped."""
    bounds = {"medium": number(campaign.waits.medium_from_minutes), "long": number(campaign.waits.long_from_minutes)}
    entries = "".join(_entry(wait, words(f"legend.{name}", **bounds), colours) for wait, name in NAMES.items())
    zones = words("map.schematic") if campaign.map.towns_are_schematic else ""
    credit = "".join(f'<span style="white-space:nowrap">{escape(part)}</span> ' for part in _credits(campaign))
    return (
        f'<div style="font-size:0.8rem;display:flex;flex-wrap:wrap;gap:0.1rem 0.8rem">{entries}</div>'
        f'<div style="font-size:0.72rem;color:{colours.muted}">{escape(zones)} {credit}</div>'
    )


def _entry(wait: WaitClass, text: str, colours: Palette) -> str:
    dot = (
        f"display:inline-flex;width:1.05em;height:1.05em;border-radius:50%;align-items:center;justify-content:center;"
        f"background:{colours.wait[wait]};color:{colours.sign[wait]};border:1px solid {colours.muted};"
        f"font-weight:700;font-size:0.8em;line-height:1;margin-right:0.3em"
    )
    return f'<span style="white-space:nowrap"><span style="{dot}">{WAIT_SIGN[wait]}</span>{escape(text)}</span>'


def _credits(campaign: CampaignInfo) -> list[str]:
    parts = campaign.map.credit.split(" · ")
    return [*(f"{part} ·" for part in parts[:-1]), parts[-1]]
