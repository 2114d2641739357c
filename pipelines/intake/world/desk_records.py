"""What the desks put on record of themselves: sessions from opening to closing, and interruptions with their cause."""

from dataclasses import dataclass

from pipelines.contract_desk import ThingStep
from pipelines.intake.moments import MINUTE, SECOND, moment
from pipelines.intake.places import Place
from pipelines.machines import INTERRUPTION, SESSION, Machine
from pipelines.vocabulary import Cause

CLOSED = "closed"
_SESSION = ".s"
Facts = dict[str, str | int]


@dataclass
class Session:
    """A phone's session at its lane (Q73): ``state`` is the machine's since ``since``, "" before it opens."""

    session_id: str = ""
    state: str = ""
    since: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it has begun and not ended."""
        return self.state not in ("", CLOSED)


@dataclass(frozen=True)
class Interruption:
    """Grain: one interrupted registration, with its cause as the phone knows it (Q61)."""

    thing_id: str
    cause: Cause
    since: int


class DeskRecords:
    """Steps of sessions and interruptions that wait to be posted, in order of time."""

    def __init__(self) -> None:
        """Nothing has happened."""
        self._waiting: list[ThingStep] = []

    def take(self) -> list[ThingStep]:
        """Return and forget what waits."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def session(self, session: Session, place: Place, device_id: str, step: str, now: int, facts: Facts) -> bool:
        """Let a session take a step, if its machine knows it there; a closed one begins anew with "open"."""
        before = session.state if session.is_open else ""
        after = SESSION.after(before, step)
        if after is None:
            return False
        if step == "open":
            session.session_id = f"{device_id}{_SESSION}{now // SECOND}"
        session.state, session.since = after, now
        self._add(SESSION, session.session_id, step, place, device_id, now, facts)
        return True

    def begin(self, place: Place, device_id: str, cause: Cause, now: int) -> Interruption:
        """Record that a registration was interrupted."""
        interruption = Interruption(f"{device_id}.i{now // SECOND}", cause, now)
        self._add(INTERRUPTION, interruption.thing_id, "begin", place, device_id, now, {"cause": cause.value})
        return interruption

    def end(self, place: Place, device_id: str, interruption: Interruption, now: int, persons_bound: int) -> None:
        """Record that it goes on: how long it took, and how many persons were in the tube."""
        facts: Facts = {
            "cause": interruption.cause.value,
            "minutes": (now - interruption.since) // MINUTE,
            "seconds": (now - interruption.since) // SECOND,
            "persons_bound": persons_bound,
        }
        self._add(INTERRUPTION, interruption.thing_id, "end", place, device_id, now, facts)

    def _add(self, machine: Machine, thing: str, step: str, place: Place, by: str, now: int, facts: Facts) -> None:
        self._waiting.append(
            ThingStep(
                machine=machine.name,
                thing_id=thing,
                step=step,
                site_id=place.site_id,
                by=by,
                facts=facts,
                happened_at=moment(now),
            )
        )


def device_of(thing_id: str) -> str:
    """Return the phone whose session or interruption it is."""
    return thing_id.rpartition(".")[0]
