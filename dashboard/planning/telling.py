"""What answers say in words: a scenario's name, a minute as clock time, a figure with its band, the sentence of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dashboard import names
from dashboard.formats import count, local, number, percent
from dashboard.planning.levers import BASE, Levers, moved
from dashboard.words import Words
from pipelines.client import CampaignInfo

Plain = Mapping[str, Any]
SHARES = frozenset(
    {"short_share", "medium_share", "long_share", "use_registration", "use_sampling", "blocked_share"}
    | {"use_guides", "use_gate"}
)
CLOCKS = frozenset({"finish_minute"})
MINUTES = frozenset({"wait_minutes", "special_wait_minutes", "longest_wait_minutes"})
PERCENT = frozenset({"turnout", "special", "absence", "servers"})
UNNAMED = frozenset({"target", "from_minute", "minutes"})


@dataclass(frozen=True)
class Teller:
    """Says things of one campaign in one language."""

    campaign: CampaignInfo
    words: Words

    def name(self, levers: Levers) -> str:
        """Return what a scenario is called: what was moved in it."""
        changes = moved(levers)
        start = self.words(f"whatif.start.{changes.pop('start', BASE)}")
        shown = [
            self._lever(name, value)
            for name, value in changes.items()
            if name not in ("target", "from_minute", "minutes")
        ]
        if not shown:
            return start
        return self.words.list(shown if levers.start == BASE else [start, *shown])

    def clock(self, minute: float, *, has_days: bool = True) -> str:
        """Return a minute after opening as the district's clock time; ``has_days``: with the days that have passed."""
        at = local(self.campaign.round.opens_at + timedelta(minutes=minute), self.campaign.timezone_offset_minutes)
        opened = local(self.campaign.round.opens_at, self.campaign.timezone_offset_minutes)
        days = (at.date() - opened.date()).days
        return f"{at:%H:%M}" + (self.words("whatif.days", days=days) if days and has_days else "")

    def figure(self, name: str, band: Plain) -> str:
        """Return a measure's mean with the half-width of its 95 % band."""
        return f"{self.value(name, band['mean'])} ±{self.half(name, band)}"

    def half(self, name: str, band: Plain) -> str:
        """Return the half-width of a measure's band in its unit."""
        if name in CLOCKS:
            return f"{number(band['half_width'])} {self.words('whatif.unit.min')}"
        return self.value(name, band["half_width"])

    def value(self, name: str, value: float) -> str:
        """Return a measure's value in its unit."""
        if name in SHARES:
            return percent(value, 1)
        if name in CLOCKS:
            return self.clock(value)
        return number(value, 1) if name in MINUTES else count(round(value))

    def change(self, name: str, band: Plain) -> str:
        """Return a paired difference: its mean, its half-width, and a sign where it is not clear of 0."""
        mean, half = band["mean"], band["half_width"]
        digits, scale, unit = (1, 100.0, "%") if name in SHARES else (1, 1.0, "") if name in MINUTES else (0, 1.0, "")
        told = f"{signed(mean * scale, digits)}{unit} ±{number(half * scale, digits)}{unit}"
        return told if is_clear(band) else f"{told} ≈"

    def sentence(self, levers: Levers, bands: Mapping[str, Plain]) -> str:
        """Return the sentence that says the answer."""
        left = round(bands["unserved"]["mean"])
        return self.words(
            "whatif.sentence.left" if left else "whatif.sentence",
            name=self.name(levers),
            finish=self.clock(bands["finish_minute"]["mean"]),
            half=number(bands["finish_minute"]["half_width"]),
            wait=number(bands["wait_minutes"]["mean"], 1),
            band=number(bands["wait_minutes"]["half_width"], 1),
            long=percent(bands["long_share"]["mean"]),
            limit=number(self.campaign.waits.long_from_minutes),
            left=count(left),
            late=count(round(bands["not_by_closing"]["mean"])),
        )

    def compared(self, against: Levers, bands: Mapping[str, Plain]) -> str:
        """Return the sentence that says how an answer differs from the one it is measured against."""
        wait, finish = bands["wait_minutes"], bands["finish_minute"]
        is_told_apart = is_clear(wait) or is_clear(finish)
        return self.words(
            "whatif.sentence.differs" if is_told_apart else "whatif.sentence.same",
            against=self.name(against),
            wait=self.change("wait_minutes", wait),
            finish=self.change("finish_minute", finish),
            late=self.change("not_by_closing", bands["not_by_closing"]),
            hours=self.change("lane_staff_hours", bands["lane_staff_hours"]),
        )

    def _lever(self, name: str, value: Any) -> str:
        if name in PERCENT:
            return f"{self.words(f'whatif.{name}')} {value}%"
        if name == "hours":
            return self.words("whatif.open_for", hours=value)
        return self.words(f"whatif.{name}.{value}")


def is_clear(band: Plain) -> bool:
    """Whether a difference's band leaves out 0."""
    return abs(band["mean"]) > band["half_width"]


def signed(value: float, digits: int) -> str:
    """Return a difference with its sign."""
    shown = number(abs(value), digits)
    if float(shown.replace(",", "")) == 0:
        return f"±{shown}"
    return f"{'+' if value > 0 else '−'}{shown}"


def town_names(campaign: CampaignInfo, words: Words) -> dict[str, str]:
    """Return scopes by id as they are called: the district under "", then its towns."""
    return {"": words.either(campaign.district_name)} | names.towns(campaign, words)


def labs_by_id(campaign: CampaignInfo, words: Words) -> dict[str, str]:
    """Return the labs' names by id."""
    return {lab.lab_id: words.either(lab.name) for lab in campaign.labs}
