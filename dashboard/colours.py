"""The colours that charts and maps use, by theme. Each state also has a sign, so that colour is never alone.

Blue, amber and vermilion stay apart under every common colour blindness (after Okabe and Ito).
"""

from dataclasses import dataclass

from pipelines.vocabulary import Health, WaitClass

WAIT_SIGN = {
    WaitClass.SHORT: "",
    WaitClass.MEDIUM: "–",
    WaitClass.LONG: "!",
    WaitClass.CLOSED: "×",
    WaitClass.UNKNOWN: "?",
}
HEALTH_SIGN = {Health.OK: "●", Health.SLOW: "▲", Health.DOWN: "✕", Health.UNKNOWN: "○"}


@dataclass(frozen=True)
class Palette:
    """One theme's colours, as hexadecimal text."""

    ink: str
    muted: str
    line: str
    surface: str
    accent: str
    second: str
    wait: dict[WaitClass, str]
    health: dict[Health, str]
    land: str
    beyond: str
    border: str
    zone: str
    water: str
    outline: str
    sign: dict[WaitClass, str]


LIGHT = Palette(
    ink="#14202e",
    muted="#5b6877",
    line="#d3dae3",
    surface="#ffffff",
    accent="#0b63b6",
    second="#0a7f62",
    wait={
        WaitClass.SHORT: "#2b83ba",
        WaitClass.MEDIUM: "#e69500",
        WaitClass.LONG: "#c62f1d",
        WaitClass.CLOSED: "#8793a1",
        WaitClass.UNKNOWN: "#ffffff",
    },
    health={Health.OK: "#8fbfa9", Health.SLOW: "#d98000", Health.DOWN: "#c62f1d", Health.UNKNOWN: "#9aa6b4"},
    land="#fdfdfb",
    beyond="#e9edf2",
    border="#47607c",
    zone="#c3ccd7",
    water="#b5d3ea",
    outline="#ffffff",
    sign={
        WaitClass.SHORT: "#ffffff",
        WaitClass.MEDIUM: "#14202e",
        WaitClass.LONG: "#ffffff",
        WaitClass.CLOSED: "#ffffff",
        WaitClass.UNKNOWN: "#14202e",
    },
)
DARK = Palette(
    ink="#e8eef6",
    muted="#9db0c6",
    line="#27364c",
    surface="#131d2e",
    accent="#5ab0f5",
    second="#2fb593",
    wait={
        WaitClass.SHORT: "#4da3dc",
        WaitClass.MEDIUM: "#f5b342",
        WaitClass.LONG: "#f0513c",
        WaitClass.CLOSED: "#75839a",
        WaitClass.UNKNOWN: "#131d2e",
    },
    health={Health.OK: "#2f7a66", Health.SLOW: "#f2a93b", Health.DOWN: "#f0604d", Health.UNKNOWN: "#6b7a90"},
    land="#1a2740",
    beyond="#0f1828",
    border="#6f9ac4",
    zone="#3a4c68",
    water="#1f4a70",
    outline="#0b1220",
    sign={
        WaitClass.SHORT: "#0b1220",
        WaitClass.MEDIUM: "#0b1220",
        WaitClass.LONG: "#ffffff",
        WaitClass.CLOSED: "#0b1220",
        WaitClass.UNKNOWN: "#e8eef6",
    },
)


def palette(theme: str | None) -> Palette:
    """Return the colours of ``theme``, "light" or "dark"; dark when it is not yet known."""
    return LIGHT if theme == "light" else DARK


def rgb(colour: str, alpha: int = 255) -> list[int]:
    """Return hexadecimal text as the four bytes deck.gl wants."""
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)] + [alpha]
