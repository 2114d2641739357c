"""What the site page asks about one site and moment: its own frames, what is wrong there, who could lend people."""

from dataclasses import dataclass

from dashboard import frames, live
from dashboard.frames import Answers
from dashboard.live import SiteFrames, Snapshot
from dashboard.sites.site_parts import CONCERNED, PARTS
from pipelines.client import AskRefused, CommandUnavailable, Scope

LOANS = ("staff_loans",)


@dataclass(frozen=True, eq=False)
class SiteTold:
    """The frames of one site; ``seen`` is None when they cannot be had, ``reason`` says why."""

    seen: SiteFrames | None
    reason: str
    answers: Answers
    loans: Answers

    @property
    def failures(self) -> tuple[str, ...]:
        """Why something is missing: such a moment is asked about again."""
        reasons = (self.reason, *self.answers.failures.values(), *self.loans.failures.values())
        return tuple(reason for reason in reasons if reason)


def ask(snapshot: Snapshot, own: Scope, site_id: str, part: str) -> SiteTold:
    """Return what the page shows with its part ``part`` opened; ``own`` is the site's scope. Never raises for it."""
    seen, reason = None, ""
    try:
        seen = live.site(snapshot.scope, snapshot.as_of, site_id)
    except (CommandUnavailable, AskRefused) as error:
        reason = str(error)
    answers = frames.gather(own, snapshot.as_of, (*CONCERNED, *PARTS[part]), site_id)
    return SiteTold(seen, reason, answers, frames.gather(snapshot.scope, snapshot.as_of, LOANS))
