"""Numbers, shares and times as a wall screen shows them; pure functions, None becomes a long dash."""

import re
from datetime import datetime, timedelta

NOTHING = "—"
TEN_THOUSAND = 10_000
LONGEST_WAIT = 600
MINUTE_S, HOUR_S = 60, 3600
AGE_UNITS = {"zh": (" 秒", " 分", " 小时"), "en": (" s", " min", " h")}
# Escapes do not keep a browser's Markdown from making links of bare addresses; an invisible sign within them does.
WORD_JOINER = "\u2060"
# Signs that nobody sees and that turn or hide what stands beside them.
UNSEEN = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
UNSEEN_SIGN = re.compile(UNSEEN)
IN_ITS_PLACE = "\ufffd"
ADDRESS = re.compile(r"(://|(?<=www)\.|@)", re.IGNORECASE)
ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-.!|~:$&@/"})


def count(value: float | None) -> str:
    """Return a whole number with thousands separators: 857,000."""
    return NOTHING if value is None else f"{value:,.0f}"


def rough(value: float | None, language: str) -> str:
    """Return a large number as people say it: 85.7 万 in Chinese, 857,000 in English."""
    if value is None or language != "zh" or abs(value) < TEN_THOUSAND:
        return count(value)
    return f"{value / TEN_THOUSAND:.1f} 万"


def signed(value: float | None) -> str:
    """Return a difference with its sign: +1,020, −35, ±0."""
    if value is None:
        return NOTHING
    whole = round(value)
    return f"+{whole:,}" if whole > 0 else f"−{-whole:,}" if whole < 0 else "±0"


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share of 0..1 as per cent; may pass 100 %."""
    return NOTHING if share is None else f"{share * 100:.{digits}f}%"


def number(value: float | None, digits: int = 0) -> str:
    """Return a measured value with ``digits`` decimals."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def waited(minutes: float | None) -> str:
    """Return a wait in minutes; from ten hours on it is no wait any more, the line stands: >600."""
    return f">{LONGEST_WAIT:,}" if minutes is not None and minutes >= LONGEST_WAIT else number(minutes)


def age(seconds: float | None, language: str) -> str:
    """Return how long ago something was, in the unit people say: 7 分, 40 s, 3 h."""
    if seconds is None:
        return NOTHING
    units = AGE_UNITS.get(language, AGE_UNITS["en"])
    if seconds < MINUTE_S:
        return f"{seconds:.0f}{units[0]}"
    return f"{seconds / MINUTE_S:.0f}{units[1]}" if seconds < HOUR_S else f"{seconds / HOUR_S:.1f}{units[2]}"


def local(moment: datetime, offset_minutes: int) -> datetime:
    """Return ``moment`` as the district's own naive clock time."""
    return moment.replace(tzinfo=None) + timedelta(minutes=offset_minutes)


def time_of_day(moment: datetime | None, offset_minutes: int, *, seconds: bool = False) -> str:
    """Return the district's clock time of an aware UTC moment: 09:30 or 09:30:07."""
    if moment is None:
        return NOTHING
    return local(moment, offset_minutes).strftime("%H:%M:%S" if seconds else "%H:%M")


def day(moment: datetime, offset_minutes: int) -> str:
    """Return the district's date of an aware UTC moment: 2021-06-06."""
    return local(moment, offset_minutes).strftime("%Y-%m-%d")


def utc_offset(offset_minutes: int) -> str:
    """Return how far the district's clock is ahead of UTC: UTC+8, UTC+5:30, UTC−3."""
    hours, minutes = divmod(abs(offset_minutes), 60)
    return f"UTC{'−' if offset_minutes < 0 else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def speed(factor: float) -> str:
    """Return how fast the campaign clock runs: ×60."""
    return f"×{factor:g}"


def visible(text: str) -> str:
    """Return text from outside with a sign of its own in the place of each that is unseen or turns the writing."""
    return UNSEEN_SIGN.sub(IN_ITS_PLACE, text)


def plain(text: str) -> str:
    """Return text from outside so that Markdown shows it as it is: no link, image, colour, code or turned writing."""
    broken = ADDRESS.sub(rf"{WORD_JOINER}\1{WORD_JOINER}", visible(text))
    return broken.translate(ESCAPED)
