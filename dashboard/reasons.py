"""Why something failed or was left out, in the viewer's language; a sentence without words here stays as it came."""

import re
from collections.abc import Iterable

import polars as pl

from dashboard.formats import NOTHING
from dashboard.words import Words

BETWEEN = " | "
# What the pipelines say, by the key of its words; the named parts go into their places, `first` is a reason itself.
SENTENCES = {
    "overlap": r"the run before it was still going on",
    "stood_still": r"(?P<runs>\d+) runs fell out: this process stood still for (?P<seconds>[\d.]+) s",
    "hang": r"(?P<runs>\d+) earlier runs of \w+ still hang; this one was not started",
    "given_up": r"\w+ did not end within (?P<seconds>[\d.]+) s and was given up; the next run goes its own way",
    "pulls": r"(?P<failed>\d+) of (?P<asked>\d+) pulls failed: .+?; the first: (?P<first>.+)",
    "not_folded": r"the log was not folded in, it is tried again: .+",
    "not_conserved": r"persons are not conserved at (?P<sites>\d+) sites: .+",
    "nobody": r"nothing listens at (?P<at>\S+); is the source running\?",
    "timeout": r"(?P<at>.+) did not end within (?P<seconds>[\d.]+) s \(.+\)",
    "broken": r"(?P<at>\S+) broke the connection \(.+\) during .+",
    "cut": r"(?P<at>.+) ended before the whole reply had come",
    "unreachable": r"(?P<at>\S+) cannot be reached \(.+\)",
    "colleagues": r"'\w+' tells of colleagues or persons; it is exported for internal use only",
    "exports_busy": r"\d+ exports are being made; ask again in a moment",
    "failed": r"\w+ failed: (?P<what>.+)",
}
KNOWN = tuple((f"why.{key}", re.compile(sentence, re.DOTALL)) for key, sentence in SENTENCES.items())


def said(reason: str | None, words: Words) -> str:
    """Return a reason as the viewer reads it, a long dash for none; text from outside in it stays as it came."""
    return BETWEEN.join(_one(part, words) for part in reason.split(BETWEEN)) if reason else NOTHING


def column(reasons: Iterable[str | None], words: Words) -> pl.Series:
    """Return a column of reasons as the viewer reads them."""
    return pl.Series([said(reason, words) for reason in reasons], dtype=pl.String)


def _one(reason: str, words: Words) -> str:
    for key, sentence in KNOWN:
        if found := sentence.fullmatch(reason):
            parts = found.groupdict()
            return words(key, **(parts | {"first": _one(parts["first"], words)} if "first" in parts else parts))
    return reason
