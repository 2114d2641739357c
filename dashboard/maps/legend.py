"""The map's legend: each class of the layer in the very colour and sign that the map draws it with."""

from html import escape

from dashboard.colours import Palette
from dashboard.maps.layers import KINDS, Ground, LayerName, Reading, kind_name, look
from dashboard.once import KEPT, once
from dashboard.words import Words
from pipelines.client import CampaignInfo
from pipelines.vocabulary import Contingency

RINGS = (Contingency.OFFLINE, Contingency.CITY, Contingency.STOPPED)


@once(KEPT)
def legend(campaign: CampaignInfo, layer: LayerName, words: Words, colours: Palette) -> str:
    """Return the layer's legend and the credits as HTML without script; every word is escaped."""
    entries = "".join(_entry(layer, kind, Ground(campaign, words), colours) for kind in KINDS[layer])
    if layer is not LayerName.SYSTEM:
        entries += _rings(words, colours)
    zones = words("map.schematic") if campaign.map.towns_are_schematic else ""
    credit = "".join(f'<span style="white-space:nowrap">{escape(part)}</span> ' for part in _credits(campaign))
    return (
        f'<div style="font-size:0.8rem;display:flex;flex-wrap:wrap;gap:0.1rem 0.8rem">{entries}</div>'
        f'<div style="font-size:0.72rem;color:{colours.muted}">{escape(zones)} {credit}</div>'
    )


def _entry(layer: LayerName, kind: str, ground: Ground, colours: Palette) -> str:
    is_off = layer is LayerName.SYSTEM and kind in RINGS
    sign = ground.words(f"layer.sign.{kind}") if is_off else ""
    fill, sign, ink = look(layer, Reading(kind, "", sign=sign), colours)
    text = kind_name(layer, kind, ground)
    dot = (
        f"display:inline-flex;width:1.05em;height:1.05em;border-radius:50%;align-items:center;justify-content:center;"
        f"background:{fill};color:{ink};border:1px solid {colours.muted};"
        f"font-weight:700;font-size:0.8em;line-height:1;margin-right:0.3em"
    )
    return f'<span style="white-space:nowrap"><span style="{dot}">{escape(sign)}</span>{escape(text)}</span>'


def _rings(words: Words, colours: Palette) -> str:
    """Return what thick rings mean: a site that works on another system than the province's."""
    ring = "display:inline-block;width:0.85em;height:0.85em;border-radius:50%;vertical-align:-0.1em;margin:0 0.2em"
    entries = "".join(
        f'<span style="{ring};border:3px solid {colours.system[system]}"></span>{escape(words(f"system.{system}"))}'
        for system in RINGS
    )
    return f'<span style="white-space:nowrap">{escape(words("layer.ring"))}{entries}</span>'


def _credits(campaign: CampaignInfo) -> list[str]:
    parts = campaign.map.credit.split(" · ")
    return [*(f"{part} ·" for part in parts[:-1]), parts[-1]]
