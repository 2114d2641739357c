"""What each channel remembers of what it said, so that nothing is lost, and a crash repeats one message at most."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.alerts.channels import Channel
from pipelines.alerts.outbox import Spoken
from pipelines.http import Http

UNRECORDED_FOR_S = 30.0
Row = dict[str, Any]


@dataclass
class Voice:
    """One channel's memory: what it said lately, since when it has something to say, when it may try again.

    Invariant: while ``unrecorded`` is not in the store nothing more is sent: a crash repeats one message at most.
    """

    channel: Channel
    http: Http
    spoken: deque[Spoken] = field(default_factory=lambda: deque[Spoken](maxlen=64))
    due_since_s: float | None = None
    not_before_s: float = 0.0
    failures: int = 0
    covered_at: datetime | None = None
    begun_at: datetime | None = None
    unrecorded: Row | None = None
    unrecorded_since_s: float = 0.0

    def has_recorded(self, last_id: str | None, now_s: float) -> bool:
        """Whether the last message is in the store; after a while a store that fails no longer keeps it silent."""
        late = now_s - self.unrecorded_since_s > UNRECORDED_FOR_S
        if self.unrecorded is not None and (last_id == self.unrecorded["notification_id"] or late):
            self.unrecorded = None
        return self.unrecorded is None


def voices_of(channels: Sequence[Channel], http: Http | None = None) -> list[Voice]:
    """Return a voice for each channel, which may speak to that channel's address alone."""
    return [Voice(channel, http or Http([channel.address])) for channel in channels]
