"""What acts of data say: a site's figures for an hour, third copies read by hand, a report signed, a tube found."""

from datetime import UTC, datetime
from typing import NamedTuple

from pipelines.acts.errors import ActRefused
from pipelines.api import Fact, NewAct, Scope
from pipelines.codes import CodeError, read_label
from pipelines.vocabulary import ActKind, ScopeLevel

FIGURES = ("persons", "tubes", "third_copies", "special_cases")
MOST_COUNTED = 10_000_000
MOST_VERSIONS = 1_000_000
INPUTS = frozenset({ActKind.INPUT_ENTERED, ActKind.INPUT_CONFIRMED, ActKind.INPUT_CORRECTED})
TUBES = frozenset({ActKind.TUBE_FOUND, ActKind.TUBE_EXPLAINED})
REPORTS = frozenset({ActKind.REPORT_SIGNED, ActKind.REPORT_ADVICE_NOTED})
NEED_REASON = TUBES | {ActKind.INPUT_CORRECTED, ActKind.REPORT_ADVICE_NOTED}
_AT = "%Y-%m-%dT%H:%MZ"


class ReportName(NamedTuple):
    """Which report: of which hour, and whose."""

    hour_at: datetime
    scope: Scope


def hour_name(hour_at: datetime) -> str:
    """Return an hour as acts name it: ``2021-06-06T02:00Z``."""
    return hour_at.astimezone(UTC).strftime(_AT)


def report_id(hour_at: datetime, scope: Scope) -> str:
    """Return a report's id: ``2021-06-06T02:00Z/town/440607003``; the district's ends with its level."""
    return "/".join(filter(None, (hour_name(hour_at), scope.level.value, scope.id)))


def read_hour(text: str) -> datetime:
    """Return the hour that an act names; raises ActRefused."""
    try:
        return datetime.strptime(text, _AT).replace(tzinfo=UTC)
    except ValueError as error:
        sentence = f"an hour is written like 2021-06-06T02:00Z (UTC), got {text!r:.60}"
        raise ActRefused("hour", sentence, "target") from error


def read_report_id(text: str) -> ReportName:
    """Return the report that an act names; raises ActRefused."""
    hour, _, place = text.partition("/")
    level, _, name = place.partition("/")
    if level not in set(ScopeLevel) or (level == ScopeLevel.DISTRICT) != (not name):
        raise ActRefused("report", f"a report's id is hour/level/id, got {text!r:.60}", "target")
    return ReportName(read_hour(hour), Scope(ScopeLevel(level), name or None))


def named_hour(new: NewAct) -> datetime | None:
    """Return the hour that an act of data is about, None when it is about none; raises ActRefused."""
    if new.kind in INPUTS:
        return read_hour(new.target)
    return read_report_id(new.target).hour_at if new.kind in REPORTS else None


def check_reporting(new: NewAct) -> None:
    """Raise ActRefused when an act of data does not say what its kind must; acts of other kinds pass."""
    if new.kind in NEED_REASON and not new.reason.strip():
        raise ActRefused("reason", f"{new.kind.value} needs a reason: say in a few words why", "reason")
    if new.kind in INPUTS:
        _check_input(new)
    elif new.kind is ActKind.THIRD_COPIES_READ:
        _check_of_site(new)
        _check_copies(new.facts)
    elif new.kind in REPORTS:
        _check_report(new)
    elif new.kind in TUBES:
        _label(new.target, "target")


def _check_input(new: NewAct) -> None:
    _check_of_site(new)
    read_hour(new.target)
    _whole(new.facts, "base_version", MOST_VERSIONS)
    given = [name for name in FIGURES if new.facts.get(name) is not None]
    if not given:
        raise ActRefused("figures", f"an input gives at least one of {', '.join(FIGURES)}", "facts")
    for name in given:
        _whole(new.facts, name, MOST_COUNTED)


def _check_of_site(new: NewAct) -> None:
    if new.scope.level is not ScopeLevel.SITE:
        sentence = f"{new.kind.value} is about one site, got the scope {new.scope.level.value}; name the site"
        raise ActRefused("site", sentence, "scope")


def _check_copies(facts: dict[str, Fact]) -> None:
    barcodes = facts.get("barcodes")
    if not isinstance(barcodes, list) or not barcodes:
        raise ActRefused(
            "barcodes", "barcodes is the list of the labels that were read, at least one", "facts.barcodes"
        )
    for barcode in barcodes:
        if _label(barcode, "facts.barcodes") != barcode:
            raise ActRefused("barcodes", f"{barcode!r:.60} is not written as on its label", "facts.barcodes")
    if len(set(barcodes)) < len(barcodes):
        raise ActRefused("barcodes", "one label stands twice among the barcodes; send each once", "facts.barcodes")


def _check_report(new: NewAct) -> None:
    named = read_report_id(new.target)
    if named.scope != new.scope:
        sentence = f"report {new.target:.60} is of another place than the act's scope; act in the report's own scope"
        raise ActRefused("report", sentence, "scope")
    _whole(new.facts, "version", MOST_VERSIONS, least=1)
    told = new.facts.get("recommendation_id")
    if new.kind is ActKind.REPORT_ADVICE_NOTED and not (isinstance(told, str) and told):
        sentence = "a note on a report's recommendation names it in recommendation_id"
        raise ActRefused("recommendation_id", sentence, "facts.recommendation_id")


def _label(text: str, field: str) -> str:
    try:
        return read_label(text)
    except CodeError as error:
        raise ActRefused(error.rule, error.sentence, field) from error


def _whole(facts: dict[str, Fact], name: str, most: int, least: int = 0) -> None:
    told = facts.get(name)
    if not isinstance(told, int) or isinstance(told, bool) or not least <= told <= most:
        sentence = f"{name} is a whole number from {least} to {most:,}; got {told!r:.60}"
        raise ActRefused("whole_number", sentence, f"facts.{name}")
