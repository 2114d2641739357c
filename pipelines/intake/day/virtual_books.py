"""The ledger of a virtual day: long transactions, and what it would not take."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pipelines.contract import CustodyStep
from pipelines.contract_desk import ThingStep
from pipelines.intake.ledger.audit import Connection
from pipelines.intake.ledger.record import Page, Refused, attempt, record_custody, record_things
from pipelines.intake.world.custody_post import custody_step
from pipelines.intake.world.tube_steps import Step

T = TypeVar("T")


class Books:
    """Owned by the thread that turns the day; ``connection`` is the ledger's."""

    def __init__(self, connection: Connection) -> None:
        """Begin with no transaction."""
        self.connection = connection
        self._page: Page | None = None
        self.refusals: list[tuple[str, str]] = []

    def page(self, now: int) -> Page:
        """Return the open transaction as of ``now``, which never goes back."""
        if self._page is None:
            self._page = Page.begin(self.connection, now)
        page = self._page
        page.now = max(page.now, now)
        page.recorded_at = max(page.recorded_at, now)
        return page

    def commit(self) -> None:
        """End the transaction."""
        if self._page is not None:
            self.connection.execute("COMMIT")
            self._page = None

    def custody(self, steps: Sequence[Step], now: int) -> None:
        """Record steps of tubes."""
        wire = [custody_step(step) for step in steps]
        self._record(wire, record_custody, _tube, now)

    def things(self, steps: Sequence[ThingStep], now: int) -> None:
        """Record steps of things."""
        self._record(list(steps), record_things, _thing, now)

    def _record(
        self, steps: list[T], record: Callable[[Page, list[T]], object], name: Callable[[T], str], now: int
    ) -> None:
        """Record all together; if one is refused, each alone, and keep the refusals by name."""
        if not steps:
            return
        page = self.page(now)
        if not isinstance(attempt(page, lambda whole: record(whole, steps)), Refused):
            return
        for step in steps:
            answer = attempt(page, lambda part, step=step: record(part, [step]))
            if isinstance(answer, Refused):
                self.refusals.append((answer.problem.rule, name(step)))


def _tube(step: CustodyStep) -> str:
    return f"{step.kind.value} of {step.barcode}"


def _thing(step: ThingStep) -> str:
    return f"{step.step} of {step.machine.value} {step.thing_id}"
