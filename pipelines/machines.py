"""The one definition of every state machine of the day: the intake runs them, the dashboard draws them.

A machine is a table of steps. ``Machine.after`` answers what a step makes of a state; nothing else decides.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from pipelines.vocabulary import Mode

BOTH = frozenset(Mode)


class MachineName(StrEnum):
    """What has a life of its own."""

    PERSON = "person"
    TUBE = "tube"
    SESSION = "session"
    ACCOUNT = "account"
    SHEET = "sheet"
    LABEL_ROLL = "label_roll"
    BOX = "box"
    INTERRUPTION = "interruption"


class Actor(StrEnum):
    """Who takes a step."""

    RESIDENT = "resident"
    GATE = "gate"
    GUIDE = "guide"
    COLLECTOR = "collector"
    REGISTRAR = "registrar"
    MEDIC = "medic"
    COURIER = "courier"
    LAB = "lab"
    KEEPER = "keeper"
    DEVICE = "device"
    SITE_OFFICER = "site_officer"


@dataclass(frozen=True)
class Step:
    """One step: ``before`` lists the states it may be taken from (none: it begins a life), ``after`` where it leads."""

    name: str
    before: tuple[str, ...]
    after: str
    by: Actor
    modes: frozenset[Mode] = BOTH
    is_side: bool = False


@dataclass(frozen=True)
class Machine:
    """A life: its steps in the order of a good day, side steps last."""

    name: MachineName
    steps: tuple[Step, ...]
    _after: dict[tuple[str, str], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the steps."""
        pairs = {(state, step.name): step.after for step in self.steps for state in step.before or ("",)}
        object.__setattr__(self, "_after", pairs)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the steps lead to it."""
        return tuple(dict.fromkeys(step.after for step in self.steps))

    @property
    def finals(self) -> frozenset[str]:
        """The states that no step leaves."""
        left = {state for step in self.steps for state in step.before if state != step.after}
        return frozenset(self.states) - left

    def after(self, state: str, step: str) -> str | None:
        """Return the state that ``step`` makes of ``state`` ("" before a life begins), None when it may not."""
        return self._after.get((state, step))

    def step(self, name: str) -> Step:
        """Return the step of that name; raises KeyError."""
        try:
            return next(step for step in self.steps if step.name == name)
        except StopIteration:
            raise KeyError(name) from None


PERSON = Machine(
    MachineName.PERSON,
    (
        Step("expect", (), "expected", Actor.RESIDENT),
        Step("prepare_code", ("expected",), "code_ready", Actor.RESIDENT),
        Step("generate_code", ("expected",), "code_ready", Actor.GUIDE),
        Step("refresh_code", ("code_ready",), "code_ready", Actor.RESIDENT),
        Step("take_special_channel", ("expected",), "special_channel", Actor.GATE),
        Step("screen", ("code_ready", "special_channel"), "screened", Actor.GATE),
        Step("capture", ("screened",), "screened", Actor.COLLECTOR),
        Step("bind", ("screened", "diverted"), "bound", Actor.REGISTRAR),
        Step("sample", ("bound",), "sampled", Actor.MEDIC),
        Step("result", ("sampled",), "resulted", Actor.LAB),
        Step("divert", ("code_ready", "special_channel"), "diverted", Actor.GATE, is_side=True),
    ),
)
TUBE = Machine(
    MachineName.TUBE,
    (
        Step("issue", (), "issued", Actor.SITE_OFFICER),
        Step("open", ("issued",), "open", Actor.REGISTRAR),
        Step("bind", ("open",), "open", Actor.REGISTRAR),
        Step("close", ("open", "suspended"), "registered", Actor.REGISTRAR),
        Step("hand_over", ("registered",), "handed_over", Actor.GUIDE),
        Step("sample", ("handed_over",), "sampled", Actor.MEDIC),
        Step("bag", ("sampled",), "bagged", Actor.MEDIC),
        Step("dispatch", ("bagged",), "dispatched", Actor.COURIER),
        Step("receive", ("dispatched", "lost", "misrouted"), "received", Actor.LAB),
        Step("result", ("received",), "resulted", Actor.LAB),
        Step("suspend", ("open",), "suspended", Actor.DEVICE, is_side=True),
        Step("resume", ("suspended",), "open", Actor.REGISTRAR, is_side=True),
        Step(
            "void",
            ("issued", "open", "suspended", "registered", "handed_over", "sampled", "bagged"),
            "voided",
            Actor.SITE_OFFICER,
            is_side=True,
        ),
        Step(
            "lose",
            ("registered", "handed_over", "sampled", "bagged", "dispatched"),
            "lost",
            Actor.COURIER,
            is_side=True,
        ),
        Step("misroute", ("dispatched",), "misrouted", Actor.LAB, is_side=True),
    ),
)
SESSION = Machine(
    MachineName.SESSION,
    (
        Step("open", (), "opened", Actor.REGISTRAR),
        Step("log_in", ("opened", "offline", "failed_over"), "online", Actor.DEVICE),
        Step("fail_over", ("opened", "online", "offline", "failed_over"), "failed_over", Actor.REGISTRAR),
        Step("go_offline", ("opened", "online", "failed_over"), "offline", Actor.REGISTRAR),
        Step("close", ("opened", "online", "offline", "failed_over"), "closed", Actor.REGISTRAR),
    ),
)
ACCOUNT = Machine(
    MachineName.ACCOUNT,
    (
        Step("assign", (), "assigned", Actor.KEEPER),
        Step("issue_sheets", ("assigned",), "in_use", Actor.KEEPER),
        Step("recall", ("in_use",), "recalled", Actor.KEEPER),
        Step("rotate", ("in_use", "recalled"), "rotated", Actor.KEEPER),
    ),
)
SHEET = Machine(
    MachineName.SHEET,
    (
        Step("print", (), "printed", Actor.KEEPER),
        Step("issue", ("printed",), "issued", Actor.KEEPER),
        Step("return", ("issued", "missing"), "returned", Actor.SITE_OFFICER),
        Step("destroy", ("returned",), "destroyed", Actor.KEEPER),
        Step("miss", ("issued",), "missing", Actor.KEEPER, is_side=True),
    ),
)
LABEL_ROLL = Machine(
    MachineName.LABEL_ROLL,
    (
        Step("print", (), "printed", Actor.LAB),
        Step("cut", ("printed",), "cut", Actor.SITE_OFFICER),
        Step("issue", ("cut",), "issued", Actor.SITE_OFFICER),
        Step("return", ("issued", "cut"), "returned", Actor.SITE_OFFICER),
    ),
)
BOX = Machine(
    MachineName.BOX,
    (
        Step("pack", (), "packed", Actor.MEDIC),
        Step("seal", ("packed",), "sealed", Actor.MEDIC),
        Step("dispatch", ("sealed",), "dispatched", Actor.COURIER),
        Step("receive", ("dispatched", "lost"), "received", Actor.LAB),
        Step("lose", ("sealed", "dispatched"), "lost", Actor.COURIER, is_side=True),
    ),
)
INTERRUPTION = Machine(
    MachineName.INTERRUPTION,
    (
        Step("begin", (), "begun", Actor.DEVICE),
        Step("end", ("begun",), "ended", Actor.DEVICE),
    ),
)
MACHINES = {machine.name: machine for machine in (PERSON, TUBE, SESSION, ACCOUNT, SHEET, LABEL_ROLL, BOX, INTERRUPTION)}
LABELLED = {Mode.ONE: MachineName.PERSON, Mode.TWO: MachineName.TUBE}
"""What carries, and the lab scans, a barcode (Q22, Q23)."""
