"""The colours that charts and maps use, by theme. Each state also has a sign, so that colour is never alone.

Blue, amber and vermilion stay apart under every common colour blindness (after Okabe and Ito).
"""

from dataclasses import dataclass
from enum import StrEnum

from pipelines.vocabulary import Contingency, Health


class Step(StrEnum):
    """How a place stands, whatever is looked at: in order, to be watched, in need of an act, off, or not known."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    OFF = "off"
    UNKNOWN = "unknown"


STEP_SIGN = {Step.GOOD: "", Step.WATCH: "–", Step.BAD: "!", Step.OFF: "×", Step.UNKNOWN: "?"}
HEALTH_SIGN = {Health.OK: "●", Health.SLOW: "▲", Health.DOWN: "✕", Health.UNKNOWN: "○"}


@dataclass(frozen=True, eq=False)
class Palette:
    """One theme's colours, as hexadecimal text; there are two, each equal to itself only."""

    ink: str
    muted: str
    line: str
    surface: str
    accent: str
    second: str
    step: dict[Step, str]
    system: dict[Contingency, str]
    health: dict[Health, str]
    land: str
    beyond: str
    border: str
    zone: str
    water: str
    outline: str
    sign: dict[Step, str]


LIGHT = Palette(
    ink="#14202e",
    muted="#5b6877",
    line="#d3dae3",
    surface="#ffffff",
    accent="#0b63b6",
    second="#0a7f62",
    step={
        Step.GOOD: "#2b83ba",
        Step.WATCH: "#e69500",
        Step.BAD: "#c62f1d",
        Step.OFF: "#8793a1",
        Step.UNKNOWN: "#ffffff",
    },
    system={
        Contingency.PROVINCE: "#2b83ba",
        Contingency.OFFLINE: "#00795a",
        Contingency.CITY: "#a03c86",
        Contingency.STOPPED: "#c62f1d",
    },
    health={Health.OK: "#8fbfa9", Health.SLOW: "#d98000", Health.DOWN: "#c62f1d", Health.UNKNOWN: "#9aa6b4"},
    land="#fdfdfb",
    beyond="#e9edf2",
    border="#47607c",
    zone="#c3ccd7",
    water="#b5d3ea",
    outline="#ffffff",
    sign={
        Step.GOOD: "#ffffff",
        Step.WATCH: "#14202e",
        Step.BAD: "#ffffff",
        Step.OFF: "#ffffff",
        Step.UNKNOWN: "#14202e",
    },
)
DARK = Palette(
    ink="#e8eef6",
    muted="#9db0c6",
    line="#27364c",
    surface="#131d2e",
    accent="#5ab0f5",
    second="#2fb593",
    step={
        Step.GOOD: "#4da3dc",
        Step.WATCH: "#f5b342",
        Step.BAD: "#f0513c",
        Step.OFF: "#75839a",
        Step.UNKNOWN: "#131d2e",
    },
    system={
        Contingency.PROVINCE: "#4da3dc",
        Contingency.OFFLINE: "#1fc59a",
        Contingency.CITY: "#d683bd",
        Contingency.STOPPED: "#f0513c",
    },
    health={Health.OK: "#2f7a66", Health.SLOW: "#f2a93b", Health.DOWN: "#f0604d", Health.UNKNOWN: "#6b7a90"},
    land="#1a2740",
    beyond="#0f1828",
    border="#6f9ac4",
    zone="#3a4c68",
    water="#1f4a70",
    outline="#0b1220",
    sign={
        Step.GOOD: "#0b1220",
        Step.WATCH: "#0b1220",
        Step.BAD: "#ffffff",
        Step.OFF: "#0b1220",
        Step.UNKNOWN: "#e8eef6",
    },
)


def palette(theme: str | None) -> Palette:
    """Return the colours of ``theme``, "light" or "dark"; dark when it is not yet known."""
    return LIGHT if theme == "light" else DARK


def rgb(colour: str, alpha: int = 255) -> list[int]:
    """Return hexadecimal text as the four bytes deck.gl wants."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)] + [alpha]
