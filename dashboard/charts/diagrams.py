"""Diagrams of the day as Mermaid text, drawn from the machines that the intake runs: no state is written here."""

from collections.abc import Iterable
from functools import cache

from dashboard.words import Words
from pipelines.machines import LABELLED, PERSON, TUBE, Machine, MachineName, Step
from pipelines.vocabulary import PERSONS_PER_TUBE, Mode

Edge = tuple[str, str]
MEETING = (PERSON, TUBE)
LABEL, SCAN, SCANNED_AFTER = "label", "scan", "receive"
LABELLED_BEFORE = {MachineName.PERSON: "bind", MachineName.TUBE: "open"}
PAUSES = ("suspend", "resume")
ASIDE = ("divert", *PAUSES)
MANY = 4


def life(machine: Machine, words: Words) -> str:
    """Return the state diagram of a machine; an arrow names the step and who takes it.

    Of a step that may be taken from many states only the first arrow is named: all lead to the same state.
    """
    lines = ["stateDiagram-v2"]
    lines += [f'state "{words(f"state.{machine.name}.{state}")}" as s_{state}' for state in machine.states]
    for step in machine.steps:
        text = f"{words(f'step.{machine.name}.{step.name}')} · {words(f'actor.{step.by}')}"
        for place, before in enumerate(step.before or ("",)):
            is_named = place == 0 or len(step.before) < MANY
            arrow = f"{f's_{before}' if before else '[*]'} --> s_{step.after}"
            lines.append(f"{arrow} : {text}" if is_named else arrow)
    lines += [f"s_{state} --> [*]" for state in machine.states if state in machine.finals]
    return "\n".join(lines)


def process(mode: Mode, words: Words) -> str:
    """Return the flow chart of a mode: a person and a tube meet at the registration desk, and part at the lab.

    Solid arrows are a good day's way, dotted ones ways round it. The modes differ by what carries a barcode (Q22-Q24).
    """
    main, aside = _ways(mode)
    carrier = LABELLED[mode]
    lines = ["flowchart TB"]
    for name, (machine, step) in _steps().items():
        text = f"{words(f'step.{machine.name}.{name}')}<br/>{words(f'actor.{step.by}')}"
        lines.append(f'{name}("{text}")' if _is_aside(step) else f'{name}["{text}"]')
    lines.append(f'{LABEL}{{{{"{words(f"process.label.{carrier}")}"}}}}')
    lines.append(f'{SCAN}{{{{"{words("process.scan", count=scans(mode, PERSONS_PER_TUBE))}"}}}}')
    lines += [f"{before} --> {after}" for before, after in main]
    lines += [f"{before} -.-> {after}" for before, after in aside]
    return "\n".join(lines)


def life_in_words(machine: Machine, words: Words) -> list[str]:
    """Return the arrows of a machine's diagram as lines: from which states, to which, by what step of whom."""
    lines = []
    for step in machine.steps:
        before = words.list(words(f"state.{machine.name}.{state}") for state in step.before)
        after = words(f"state.{machine.name}.{step.after}")
        text = f"{words(f'step.{machine.name}.{step.name}')} · {words(f'actor.{step.by}')}"
        lines.append(f"{before} → {after}: {text}" if before else f"→ {after}: {text}")
    return lines


def process_in_words(mode: Mode, words: Words) -> list[str]:
    """Return a good day's way through a mode's chart as lines, each after those that lead to it."""
    main, _ = _ways(mode)
    beyond = _reached(set(main))
    names = dict.fromkeys(name for edge in main for name in edge)
    special = {
        LABEL: words(f"process.label.{LABELLED[mode]}"),
        SCAN: words("process.scan", count=scans(mode, PERSONS_PER_TUBE)).replace("<br/>", " "),
    }
    return [
        special.get(name) or _step_in_words(name, words)
        for name in sorted(names, key=lambda name: sum(after == name for _, after in beyond))
    ]


def _step_in_words(name: str, words: Words) -> str:
    machine, step = _steps()[name]
    return f"{words(f'step.{machine.name}.{name}')} · {words(f'actor.{step.by}')}"


def scans(mode: Mode, persons: int) -> int:
    """Return how many barcodes the labs scan for ``persons`` in full tubes (Q24)."""
    return persons if LABELLED[mode] is MachineName.PERSON else -(-persons // PERSONS_PER_TUBE)


@cache
def _steps() -> dict[str, tuple[Machine, Step]]:
    """Return the drawn steps of person and tube by name; a step that both take stands once."""
    found: dict[str, tuple[Machine, Step]] = {}
    for machine in MEETING:
        for step in machine.steps:
            if not step.is_side or step.name in ASIDE:
                found.setdefault(step.name, (machine, step))
    return found


def _is_aside(step: Step) -> bool:
    """Whether a good day's way goes round the step: a side step, or one that leaves its state as it is."""
    return step.is_side or step.before == (step.after,)


@cache
def _ways(mode: Mode) -> tuple[list[Edge], list[Edge]]:
    """Return the solid and the dotted arrows of a mode's chart."""
    steps = _steps()
    follows = {
        (one.name, two.name)
        for machine in MEETING
        for one in machine.steps
        for two in machine.steps
        if one.after in two.before and one.name != two.name and {one.name, two.name} <= steps.keys()
    }
    main_steps = {name for name, (_, step) in steps.items() if not _is_aside(step)}
    main = _shortest({edge for edge in follows if set(edge) <= main_steps})
    beyond = _reached(main)
    aside = {
        (one, two)
        for one, two in follows
        if not {one, two} <= main_steps
        and not _is_bridged(one, {other for other, name in follows if name == two}, main_steps, beyond)
        and not _is_overtaken(two, {name for other, name in follows if other == one}, main_steps, beyond)
        and ({one, two} & main_steps or (one, two) == PAUSES)
    }
    carrier = LABELLED_BEFORE[LABELLED[mode]]
    onward = {edge for edge in main if edge[0] == SCANNED_AFTER}
    scanned = {(SCANNED_AFTER, SCAN), *((SCAN, after) for _, after in onward), (LABEL, carrier)}
    order = [*steps, LABEL, SCAN]
    return _in_order((main - onward) | scanned, order), _in_order(aside, order)


def _is_bridged(one: str, sources: set[str], main: set[str], beyond: set[Edge]) -> bool:
    """Whether a later step of the way leads to the same place, so that the arrow from ``one`` would only double it."""
    return one in main and any((one, other) in beyond for other in sources & main)


def _is_overtaken(two: str, targets: set[str], main: set[str], beyond: set[Edge]) -> bool:
    """Whether an earlier step of the way is reached from the same place."""
    return two in main and any((other, two) in beyond for other in targets & main)


def _reached(edges: set[Edge]) -> set[Edge]:
    """Return every pair of which the second can be reached from the first."""
    reached = set(edges)
    while more := {(a, d) for a, b in reached for c, d in edges if b == c} - reached:
        reached |= more
    return reached


def _shortest(edges: set[Edge]) -> set[Edge]:
    """Return the arrows without those that a longer way makes plain."""
    beyond = _reached(edges)
    return {(a, c) for a, c in edges if not any((a, b) in beyond and (b, c) in beyond for b in _names(edges) - {a, c})}


def _names(edges: Iterable[Edge]) -> set[str]:
    return {name for edge in edges for name in edge}


def _in_order(edges: set[Edge], order: list[str]) -> list[Edge]:
    return sorted(edges, key=lambda edge: (order.index(edge[0]), order.index(edge[1])))
