"""One cell read: a site, an hour, a count, a barcode, a reason; what cannot be meant is refused with what to do."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.codes import CodeError, read_label, speaks_of_a_person

if TYPE_CHECKING:
    from pipelines.workbooks.forms import Ground

MOST_COUNTED = 10_000_000
LONGEST_REASON = 200
_WHOLE = re.compile(r"([0-9]{1,9})(\.0+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_OF_HOUR = r"([0-9]{1,2})(?::([0-9]{2})(?::[0-9]{2}(?:\.0+)?)?|[时点]整?)"
_CLOCK = re.compile(rf"{_OF_HOUR}|([0-9]{{1,2}})")
_DATED = re.compile(rf"([0-9]{{4}})[-/.年]([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})日?[T ]*{_OF_HOUR}")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_FIRST_YEAR = 1910  # a spreadsheet's time without a date is of 1899 or 1900


class BadCell(Exception):
    """A cell that cannot be taken; the message is what to do about it."""


def clean(cell: str) -> str:
    """Return a cell half-width and without blanks around; raises BadCell for signs that nobody sees."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if any(unicodedata.category(sign) in _UNSEEN for sign in text):
        raise BadCell("it holds invisible characters: type it again instead of pasting it")
    return text


def read_whole(cell: str, _ground: "Ground") -> int | None:
    """Return a count, None for an empty cell."""
    text = clean(cell)
    if not text:
        return None
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise BadCell("write it without separators" if _GROUPED.fullmatch(text) else "correct the value")
    if int(found[1]) > MOST_COUNTED:
        raise BadCell("correct the value")
    return int(found[1])


def read_site(cell: str, ground: "Ground") -> str:
    """Return a site's id, by its id or its name."""
    text = clean(cell)
    if not text:
        raise BadCell("fill it in")
    site_id = ground.sites.get(text.lower())
    if site_id is None:
        raise BadCell("correct the value, or write the site's id")
    if site_id not in ground.own_sites:
        raise BadCell(f"{site_id} lies outside what you report for; leave the row to its own coordinator")
    return site_id


def read_hour(cell: str, ground: "Ground") -> datetime:
    """Return a reported hour that is over, in UTC."""
    text = clean(cell)
    if not text:
        raise BadCell("fill it in")
    hour = _hour(text, ground)
    if hour > ground.now:
        raise BadCell("that hour is not over yet; wait until it is")
    return hour


def _hour(text: str, ground: "Ground") -> datetime:
    offset = timedelta(minutes=ground.campaign.timezone_offset_minutes)
    said = _said(text)
    if said is None:
        raise BadCell("correct the value")
    day, clock = said
    local = {(at + offset): at for at in ground.hours}
    fits = [at for shown, at in local.items() if (shown.hour, shown.minute) == clock and day in (None, shown.date())]
    if isinstance(day, datetime):
        fits = [at for at in ground.hours if at == day]
    if len(fits) != 1:
        first, last = (f"{at + offset:%Y-%m-%d %H:%M}" for at in (ground.hours[0], ground.hours[-1]))
        raise BadCell(f"hours are reported from {first} to {last}")
    return fits[0]


def _said(text: str) -> tuple[object, tuple[int, int]] | None:
    """Return the day (None: not said; a datetime: a whole moment with its offset) and the hour and minute."""
    if found := _CLOCK.fullmatch(text):
        return None, (int(found[1] or found[3]) % 24, int(found[2] or 0))
    if found := _DATED.fullmatch(text):
        year, month, day, hour = (int(part) for part in found.groups()[:4])
        clock = hour % 24, int(found[5] or 0)
        try:
            at = datetime(year, month, day, tzinfo=UTC) + timedelta(days=hour // 24)
        except ValueError:
            return None
        return (None if year < _FIRST_YEAR else at.date()), clock
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment, (moment.hour, moment.minute)) if moment.tzinfo else None


def read_barcode(cell: str, _ground: "Ground") -> str:
    """Return a label's barcode."""
    text = clean(cell)
    if not text:
        raise BadCell("fill it in")
    try:
        return read_label(text)
    except CodeError as error:
        raise BadCell(error.sentence) from error


def read_reason(cell: str, _ground: "Ground") -> str:
    """Return a reason; "" where there is none."""
    text = cell.strip()
    if any(unicodedata.category(sign) in _UNSEEN for sign in text):
        raise BadCell("it holds invisible characters: type it again instead of pasting it")
    if len(text) > LONGEST_REASON:
        raise BadCell("say it in fewer words")
    if speaks_of_a_person(text):
        raise BadCell("an identity or telephone number stands in it; nothing of it is kept, write it without")
    return text
