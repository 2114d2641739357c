"""When a channel may speak: pure rules against floods, and how long to wait after a failure.

The outbox itself is the history of alerts with one cursor a channel: up to where its last message told. What came after
is told in one message whenever the channel may speak, so a receiver that was down for hours gets one, not hundreds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW_S = 60.0
MESSAGES_A_WINDOW = 20
STORM_ALERTS = 10
GATHER_S = 1.0
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0
LONGEST_RETRY_AFTER_S = 600.0


@dataclass(frozen=True)
class Spoken:
    """Grain: one message that went out: when (stopwatch seconds), and of how many alerts it told."""

    at_s: float
    alerts: int


def may_speak(now_s: float, spoken: Sequence[Spoken], alerts: int, *, is_urgent: bool) -> bool:
    """Whether a message about so many alerts may go out now.

    At most 20 a minute, ever. In a storm (ten alerts told or to be told within a minute), and for what is not urgent,
    a minute must have passed since the last message.
    """
    recent = [one for one in spoken if now_s - one.at_s < WINDOW_S]
    if len(recent) >= MESSAGES_A_WINDOW:
        return False
    is_storm = alerts + sum(one.alerts for one in recent) >= STORM_ALERTS
    return not recent or (is_urgent and not is_storm)


def pause_s(failures: int, retry_after_s: float, chance: float) -> float:
    """Return how long to wait after so many failures in a row; ``chance`` of 0..1 spreads it by half to both sides."""
    own = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures - 1, 10)) * (0.5 + chance)
    return max(own, min(retry_after_s, LONGEST_RETRY_AFTER_S))
