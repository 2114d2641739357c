"""What the command server refuses or fails at, in the viewer's language: each sentence that a page can bring about."""

import re
from collections.abc import Callable, Mapping

from dashboard import reasons
from dashboard.formats import plain
from dashboard.reporting import wrong
from dashboard.words import Words

Part = Callable[[str, Words], str]
AT = r"(?P<at>\d\d:\d\d) UTC"
# What the server says, by the key of its words; named parts go into them, put into the viewer's words by PARTS.
SAYINGS = {
    "gone": r"the command server at \S+ did not answer \S+: (?P<why>.+)",
    "odd": r"the command server answered \S+ with status (?P<status>\d+) and no reason"
    r"|the command server's answer is .+",
    "store": r"the store (?:\S+ failed|is closed) .+|the ask \S+ failed: .+"
    r"|what is known as of \S+ is being stored .+"
    r"|this server has no store .+",
    "session": r"an act needs somebody's session, .+|this session is over or was never opened; .+|handing in needs .+"
    r"|this needs the header .+",
    "right": r"an? \w+ may not (?:do \w+; he may: .+|ask \S+|export; .+|ask what-if questions)"
    r"|an? \w+ does not report figures; .+",
    "scope": r"the act is about .+, you act for .+|site \S+ lies outside .+"
    r"|.+ lies outside your .+|the ask \S+ is about the whole district, .+",
    "reason": r"\w+ needs (?:a reason|words): .+",
    "too_long": r"(?P<field>[\w.]+) has (?P<signs>\d+) characters, at most (?P<most>\d+) are kept",
    "hidden": r"(?P<field>[\w.]+) holds the invisible or control character (?P<sign>\S+); write it without",
    "person": r"an identity or telephone number stands in (?P<field>[\w.]+); nothing of it is kept, .+",
    "long_name": r"name and reason have at most (?P<most>\d+) characters",
    "facts": r"facts must be at most .+|the fact \w+ lists more than \d+ texts",
    "reused": r"another act is recorded under act_id .+",
    "ledger": r"the act ledger .+|cannot (?:open|read) the act ledger .+",
    "overtaken": r"others act faster than .+|the last acts have not come into the store yet; .+",
    "alone": r"acts about tickets, sheets, days and recommendations are sent one by one",
    "decided": rf"this recommendation was (?P<how>accepted|rejected) already, by (?P<by>\S+) at {AT}; .+",
    "closed": rf"the day is closed already, by (?P<by>\S+) at {AT}; it is closed once",
    "not_closed": r"the day is not closed here, so it cannot be reopened",
    "one_site": r"a day is closed for a town or the whole district, not for one site",
    "not_zero": r"the day cannot be closed: (?P<left>.+) are open \(first .+\); settle each or sign an exception",
    "sheet_state": r"sheet (?P<number>\S+) is (?P<state>.+?); \w+ takes one that is .+",
    "sheets": r"sheets is a list of 1 to (?P<most>\d+) different numbers of sheets",
    "sheet_number": r"'(?P<number>.*)' does not stand for one of the numbers of sheets",
    "exceptions": r"items is a list of 1 to (?P<most>\d+) different open items as kind/id"
    r"|.+ does not stand for one of the open items as kind/id",
    "witness": r"witness says who saw it, in 1 to (?P<most>\d+) characters.*",
    "other_witness": r"the witness is another than who destroyed the sheets",
    "no_ticket": r"there is no ticket (?P<ticket>.+) about the place that the act names",
    "ticket_state": r"ticket (?P<ticket>\S+) is (?P<stands>\w+); look at it again",
    "ticket_level": r"ticket (?P<ticket>\S+) lies with the (?P<level>\w+); .+",
    "vendor": r"vendor is the contact that the ticket is handed to",
    "lend_itself": r"site (?P<site>\S+) cannot lend to itself; .+",
    "lend_persons": r"persons is a whole number from 1 to (?P<most>[\d,]+); got .+",
    "hour": rf"the hour up to {AT} is not over yet; wait until it is",
    "no_hour": r".+ names no hour that is reported; .+",
    "no_report": r"there is no .+ of .+; hours are written .+",
    "whole": r"(?P<figure>\w+) is a whole number from (?P<least>\d+) to (?P<most>[\d,]+); got (?P<got>.+)",
    "figures": r"an input gives at least one of .+",
    "no_label": r"'(?P<code>.*)' is not written as on its label",
    "label_twice": r"one label stands twice among the barcodes; send each once",
    "export_wide": r"(?P<columns>\d+) columns do not fit into a sheet, .+",
    "export_long": r"a text of (?P<length>\d+) bytes in the column \w+ may not fit into a cell, .+",
    "export_slow": r"the file was not written within (?P<seconds>\d+) s; .+",
    "export_disk": r".+ cannot be written \(.+\); nothing stands under it",
    "other_table": r"this is not the table that was previewed; .+",
    "tables_busy": r"other tables are being read; ask again in a moment",
    "queue": r"(?P<open>\d+) what-if questions wait for an answer already; ask again in (?P<seconds>\d+) s",
    "cancelled": r"the simulation was cancelled; .+",
    "staff": r"the sites' lane staff add up to (?P<asked>[\d,]+), more than exist: "
    r"the register has (?P<exist>[\d,]+) .+",
    "version": r"the scenario is of version (?P<version>\S+), this program simulates version (?P<ours>\d+); .+",
    "nobody_comes": r"the arrival curve '.*' has nobody after starts_minute .+",
    "nobody_serves": r"no lane opens at any site: nobody could be served; .+",
    "shifts": r"the shifts share out (?P<total>\S+) of the staff: .+",
    "within": r"(?P<lever>\S.{0,80}?) must be from (?P<least>\S+) to (?P<most>\S+), got (?P<got>[^;]+)(?:; .+)?",
    "wait_cap": r"the longest wait must be 1 to (?P<most>\d+) minutes, got (?P<got>\S+)",
    "deadline": r"the deadline must lie from (?P<first>\S+) to (?P<last>\S+) minutes after opening, got \S+",
}
KNOWN = tuple((f"refused.{key}", re.compile(sentence, re.DOTALL)) for key, sentence in SAYINGS.items())


def told(failure: Exception | str, words: Words, offset_minutes: int = 0) -> str:
    """Return why something was refused or failed as the viewer reads it; what has no words here is quoted as it came.

    Times of day are the campaign's, ``offset_minutes`` east of UTC.
    """
    return "\n".join(_line(line, words, offset_minutes) for line in str(failure).split("\n"))


def shown(failure: Exception | str, words: Words, offset_minutes: int = 0) -> str:
    """Return the same, ready to be drawn: nothing in it is taken for Markdown."""
    return plain(told(failure, words, offset_minutes))


def _line(sentence: str, words: Words, offset_minutes: int) -> str:
    if not sentence:
        return sentence
    for key, known in KNOWN:
        if found := known.fullmatch(sentence):
            return words(key, **_parts(found.groupdict(default=""), words, offset_minutes))
    for other in (reasons.said, wrong.said):
        if (known_there := other(sentence, words)) != sentence:
            return known_there
    return words("refused.other", sentence=sentence)


def _parts(found: Mapping[str, str], words: Words, offset_minutes: int) -> dict[str, str]:
    parts = {name: PARTS[name](text, words) if text and name in PARTS else text for name, text in found.items()}
    if at := parts.get("at"):
        minutes = int(at[:2]) * 60 + int(at[3:]) + offset_minutes
        parts["at"] = f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    return parts


def _known(family: str) -> Part:
    """Return what names a word of the vocabulary in the viewer's words."""
    return lambda text, words: words.known(f"{family}.{text}", text)


def _counts(text: str, words: Words) -> str:
    pairs = (part.partition(" ") for part in text.split(", "))
    return words.list(f"{_known('closeout')(kind, words)} {left}" for left, _, kind in pairs)


PARTS: dict[str, Part] = {
    "why": reasons.said,
    "state": _known("closeout.state"),
    "stands": _known("refused.ticket"),
    "how": _known("refused.was"),
    "level": _known("ticket_level"),
    "figure": _known("input"),
    "field": _known("refused.field"),
    "left": _counts,
}
