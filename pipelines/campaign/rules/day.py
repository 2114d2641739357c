"""Rules of the day: opening hours, shifts, the arrival curve and the wait classes make sense together."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pipelines.campaign.faults import Fault, Place, fault
from pipelines.campaign.forms import HELPDESK, SETTINGS_FILE
from pipelines.campaign.rules import Book

LONGEST_OPENING = timedelta(hours=24)
AROUND_OPENING = timedelta(hours=4)
CLOSE_ENOUGH = 1e-6


def closing_follows_opening(book: Book) -> Iterator[Fault]:
    """Yield a fault unless the round closes after it opens, at most a day later."""
    hours = _opening(book)
    if hours and not timedelta(0) < hours[1] - hours[0] <= LONGEST_OPENING:
        rule = "a closing after the opening, at most 24 hours later"
        yield _fault("round.closes_at", rule, _span(book, *hours), "correct opens_at or closes_at")


def demonstration_lies_in_the_day(book: Book) -> Iterator[Fault]:
    """Yield a fault unless the demonstration starts while the round is open."""
    hours, start = _sensible_opening(book), book.settings.values.get("round.demo_starts_at")
    if hours and start and not hours[0] <= start < hours[1]:
        rule = f"a start within {_span(book, *hours)}"
        yield _fault("round.demo_starts_at", rule, _local(book, start), "move it between opens_at and closes_at")


def arrivals_cover_the_day(book: Book) -> Iterator[Fault]:
    """Yield a fault unless there is one weight for each opening hour, a begun one included."""
    hours, weights = _sensible_opening(book), book.settings.values.get("arrivals.hours")
    if hours and weights is not None:
        wanted = math.ceil((hours[1] - hours[0]) / timedelta(hours=1))
        if len(weights) != wanted:
            rule = f"{wanted} weights, one an opening hour"
            yield _fault("arrivals.hours", rule, str(len(weights)), "add or remove weights")


def waits_grow(book: Book) -> Iterator[Fault]:
    """Yield a fault unless a long wait begins after a medium one."""
    values = book.settings.values
    medium, long = values.get("waits.medium_from_minutes"), values.get("waits.long_from_minutes")
    if medium is not None and long is not None and long <= medium:
        yield _fault("waits.long_from_minutes", f"more than medium_from_minutes, {medium:g}", f"{long:g}", "raise it")


def shifts_lie_in_the_day(book: Book) -> Iterator[Fault]:
    """Yield a fault for a shift that ends before it starts, or lies beyond 4 hours before opening or after closing."""
    hours = _sensible_opening(book)
    for key, shift in book.settings.shifts():
        starts_at, ends_at = shift.get("starts_at"), shift.get("ends_at")
        if not (starts_at and ends_at):
            continue
        if ends_at <= starts_at:
            came = _span(book, starts_at, ends_at)
            yield _fault(f"{key}.ends_at", "an end after the start", came, "correct either time")
        elif hours and (starts_at < hours[0] - AROUND_OPENING or ends_at > hours[1] + AROUND_OPENING):
            rule = f"a shift within 4 hours of {_span(book, *hours)}"
            yield _fault(f"{key}.starts_at", rule, _span(book, starts_at, ends_at), "move the shift into the day")


def shifts_share_out_everybody(book: Book) -> Iterator[Fault]:
    """Yield a fault unless the shares add up to 1 (everybody is in one shift) and the ids differ."""
    shifts = [shift for _, shift in book.settings.shifts()]
    shares = [shift["staff_share"] for shift in shifts if "staff_share" in shift]
    if len(shares) == len(shifts) > 0 and abs(sum(shares) - 1) > CLOSE_ENOUGH:
        yield _fault("shifts", "shares that add up to 1", f"{sum(shares):g}", "correct the staff_share of the shifts")
    ids: set[Any] = set()
    for key, shift in book.settings.shifts():
        if shift.get("shift_id") in ids:
            yield _fault(f"{key}.shift_id", "a shift_id no earlier shift has", repr(shift["shift_id"]), "rename it")
        ids.update([shift["shift_id"]] if "shift_id" in shift else [])


def someone_is_always_on_duty(book: Book) -> Iterator[Fault]:
    """Yield a fault for the first moment of the opening hours that no shift covers; a shift ends as the next starts."""
    hours = _sensible_opening(book)
    shifts = [shift for _, shift in book.settings.shifts()]
    if not hours or not all({"starts_at", "ends_at"} <= shift.keys() for shift in shifts):
        return
    covered = hours[0]
    for shift in sorted(shifts, key=lambda shift: shift["starts_at"]):
        covered = max(covered, shift["ends_at"]) if shift["starts_at"] <= covered else covered
    if covered < hours[1]:
        came = f"none at {_local(book, covered)}"
        yield _fault("shifts", "a shift at every opening hour", came, "move or add a shift")


def help_desk_is_whole(book: Book) -> Iterator[Fault]:
    """Yield a fault for each of names and phone that a help desk, once one is given, does not have (Q21)."""
    if not any(book.settings.has(key) for key in HELPDESK):
        return
    for key in ("helpdesk.zh", "helpdesk.en", "helpdesk.phone"):
        if not book.settings.has(key):
            advice = "add it, or leave the whole section out"
            yield fault(Place(SETTINGS_FILE, None, key), "both names and a phone of the help desk", "", advice, "none")


def _opening(book: Book) -> tuple[datetime, datetime] | None:
    values = book.settings.values
    opens_at, closes_at = values.get("round.opens_at"), values.get("round.closes_at")
    return (opens_at, closes_at) if opens_at and closes_at else None


def _sensible_opening(book: Book) -> tuple[datetime, datetime] | None:
    """Return the opening hours unless they have a fault of their own, of which one sentence is enough."""
    hours = _opening(book)
    return hours if hours and timedelta(0) < hours[1] - hours[0] <= LONGEST_OPENING else None


def _local(book: Book, moment: datetime) -> str:
    ahead = timedelta(minutes=book.settings.values.get("timezone_offset_minutes", 0))
    return f"{moment + ahead:%Y-%m-%d %H:%M}"


def _span(book: Book, start: datetime, end: datetime) -> str:
    return f"{_local(book, start)} to {_local(book, end)}"


def _fault(key: str, rule: str, came: str, advice: str) -> Fault:
    return fault(Place(SETTINGS_FILE, None, key), rule, came, advice, came)


RULES = (
    closing_follows_opening,
    demonstration_lies_in_the_day,
    arrivals_cover_the_day,
    waits_grow,
    shifts_lie_in_the_day,
    shifts_share_out_everybody,
    someone_is_always_on_duty,
    help_desk_is_whole,
)
