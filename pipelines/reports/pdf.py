"""A report on one sheet of A4: figures, two charts, its parts, what is advised, what disturbed, how it stands."""

from collections.abc import Sequence

from pipelines.paper import MARGIN, WIDTH, Paper
from pipelines.reports.document import Place, Report
from pipelines.reports.drawing import INK, PALE, Box, columns, line, progress
from pipelines.reports.sentences import (
    action_lines,
    change_lines,
    disturbed_line,
    missing_lines,
    signature_lines,
    standing_of,
    subtitle_of,
    title_of,
)
from pipelines.reports.words import Tongue, tongue_of

INNER = WIDTH - 2 * MARGIN
ROW = 4.6
BOTTOM = 284.0
LONGEST = 150
MOST_DISTURBANCES, MOST_MISSING, MOST_CHANGES, MOST_SIGNATURES = 4, 6, 5, 4
_TABLE = (
    *(("name", 34), ("persons", 22), ("of_hour", 18), ("progress", 35), ("tubes", 14), ("third_copies", 18)),
    *(("tubes_missing", 19), ("entered", 26)),
)
_BOXES = ("persons", "tubes", "third_copies", "special_cases", "tubes_received", "tubes_missing")


class _Page:
    """The page so far: what comes next is written at ``y``; texts are cut and cleared of signs that cannot be shown."""

    def __init__(self, title: str, say: Tongue) -> None:
        self.paper, self.say, self.y = Paper(title), say, MARGIN
        self.paper.page()

    def write(self, x: float, width: float, text: str, points: float = 8.0, **how: bool | int) -> None:
        """Write one line at ``y``."""
        cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        self.paper.text(x, self.y, width, self.paper.holds(cut), points, **how)  # pyright: ignore[reportArgumentType]

    def heading(self, text: str) -> None:
        """Write the heading of a section over a thin rule."""
        self.y += 2.0
        self.write(MARGIN, INNER, text, 9.0, bold=True)
        self.y += 4.6
        self.paper.path([(MARGIN, self.y), (WIDTH - MARGIN, self.y)], INK)
        self.y += 1.2

    def lines(self, texts: Sequence[str], most: int, points: float = 7.5) -> None:
        """Write lines, at most so many, and say how many more there are."""
        for text in texts[:most]:
            self.write(MARGIN, INNER, text, points)
            self.y += 4.2
        if len(texts) > most:
            self.write(MARGIN, INNER, self.say("more", n=len(texts) - most), points, grey=90)
            self.y += 4.2


def report_pdf(report: Report, language: str) -> bytes:
    """Return the sheet in ``zh`` or ``en``; raises ValueError for another language."""
    say = tongue_of(report, language)
    page = _Page(title_of(report, say), say)
    _head(page, report)
    _boxes(page, report)
    _charts(page, report)
    below = _below(report)
    if report.parts:
        _parts(page, report, BOTTOM - below)
    _sections(page, report)
    page.y = BOTTOM + 1
    page.write(MARGIN, INNER, say("made", report_id=report.report_id), 6.5, grey=110)
    return page.paper.whole()


def _head(page: _Page, report: Report) -> None:
    page.write(MARGIN, INNER - 50, title_of(report, page.say), 16, bold=True)
    page.write(WIDTH - MARGIN - 50, 50, page.say("hour", at=page.say.day(report.hour_at)), 10, right=True)
    page.y += 8.5
    page.write(MARGIN, INNER - 72, subtitle_of(report, page.say), 8.5, grey=70)
    page.write(WIDTH - MARGIN - 70, 70, standing_of(report, page.say), 8.5, bold=True, right=True)
    page.y += 6.0


def _boxes(page: _Page, report: Report) -> None:
    width, gap = (INNER - 5 * 2.0) / len(_BOXES), 2.0
    top, place = page.y, report.place
    for at, name in enumerate(_BOXES):
        x = MARGIN + at * (width + gap)
        page.paper.block(x, top, width, 17, (245, 246, 248))
        page.y = top + 1.5
        page.write(x + 2, width - 4, page.say.head(name), 7, grey=90)
        page.y = top + 5.5
        page.write(x + 2, width - 4, page.say.number(getattr(place.total, name)), 14, bold=True)
        page.y = top + 12.5
        of_hour = getattr(place.hour, name)
        shown = "" if of_hour is None else f"{page.say('of_hour')} {of_hour:+,}"
        page.write(x + 2, width - 4, shown, 7, grey=70)
    page.y = top + 19.5


def _charts(page: _Page, report: Report) -> None:
    half, top = INNER / 2, page.y
    names = [page.say.time(one.hour_at) for one in report.day]
    for x, key in ((MARGIN, "by_hour"), (MARGIN + half, "so_far")):
        page.y = top
        page.write(x, half - 4, page.say.head(key), 8, bold=True)
    left, right = (Box(x + 14, top + 9, half - 19, 38) for x in (MARGIN, MARGIN + half))
    columns(page.paper, left, names, [one.persons_hour for one in report.day])
    line(page.paper, right, names, [one.persons for one in report.day], report.place.planned_persons)
    page.y = top + 53


def _below(report: Report) -> float:
    """Return how much room the sections below the table take."""
    actions = sum(4.2 * (2 if one.evidence or one.notes else 1) for one in report.actions) or 4.2
    counts = ((report.disturbances, MOST_DISTURBANCES), (report.signatures, MOST_SIGNATURES))
    lines = sum(max(1, min(len(found), most) + (len(found) > most)) for found, most in counts)
    as_needed = ((report.missing, MOST_MISSING), (report.changes, MOST_CHANGES))
    more = sum(min(len(found), most) + (len(found) > most) for found, most in as_needed)
    heads = 3 + sum(bool(found) for found, _ in as_needed)
    return actions + 4.2 * (lines + more) + heads * 7.8


def _parts(page: _Page, report: Report, until: float) -> None:
    page.heading(page.say.head(f"parts.{report.place.level.value}"))
    x = MARGIN
    for name, width in _TABLE:
        page.write(x, width - 1, page.say.head(name), 7, grey=90, right=name not in ("name", "progress"))
        x += width
    page.y += ROW
    room = int((until - page.y) / ROW)
    shown = report.parts if len(report.parts) <= room else report.parts[: room - 1]
    for part in shown:
        _part(page, part)
        page.y += ROW
        page.paper.path([(MARGIN, page.y - 0.8), (WIDTH - MARGIN, page.y - 0.8)], PALE, 0.1)
    page.lines([page.say("more", n=len(report.parts) - len(shown))] if len(shown) < len(report.parts) else [], 1)


def _part(page: _Page, part: Place) -> None:
    say, x = page.say, MARGIN
    share = part.total.persons / part.planned_persons if part.planned_persons else 0.0
    told = {
        "name": say.name(part.name),
        "persons": say.number(part.total.persons),
        "of_hour": f"{part.hour.persons:+,}",
        "tubes": say.number(part.total.tubes),
        "third_copies": say.number(part.total.third_copies),
        "tubes_missing": say.number(part.total.tubes_missing),
        "entered": _entered(part, say),
    }
    for name, width in _TABLE:
        if name == "progress":
            progress(page.paper, Box(x + 2, page.y + 0.5, width - 16, 2.4), share)
            page.write(x + width - 13, 12, f"{share:.1%}", 7)
        else:
            page.write(x, width - 1, told[name], 7.5, right=name != "name")
        x += width


def _entered(part: Place, say: Tongue) -> str:
    """Return how many of a part's sites have entered the hour, and how many of them late or not by the due time."""
    late = f" · {say('late')} {part.inputs.late}" if part.inputs.late else ""
    return f"{part.inputs.entered} / {part.inputs.sites}{late}"


def _sections(page: _Page, report: Report) -> None:
    say = page.say
    page.heading(say.head("actions"))
    for action in report.actions:
        what, proof = action_lines(action, report, say)
        page.lines([what], 1)
        page.lines([f"    {proof}"] if proof else [], 1, 6.5)
    page.lines([] if report.actions else [say("no_actions")], 1)
    page.heading(say.head("disturbances"))
    hit = [disturbed_line(one, report, say) for one in report.disturbances]
    page.lines(hit or [say("no_disturbances")], MOST_DISTURBANCES)
    if report.missing:
        page.heading(say.head("missing"))
        page.lines(missing_lines(report, say), MOST_MISSING)
    if report.changes:
        page.heading(say.head("changes"))
        page.lines(change_lines(report, say), MOST_CHANGES)
    page.heading(say.head("signatures"))
    page.lines(signature_lines(report, say) or [say("no_signatures")], MOST_SIGNATURES)
