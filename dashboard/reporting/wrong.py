"""What is wrong with a table that was handed in, in the viewer's language; what has no words here stays as it came."""

import re

from dashboard.words import Words
from pipelines.client_workbooks import Refused

# What the command server says of a cell, a row or a whole table, by the key of its words; named parts go into them.
SAYINGS = {
    "whole": r"a whole number from 0 to (?P<most>\d+), in digits",
    "site": r"the id or the whole name of a site that you report for",
    "hour": r"a full hour that is over and is reported, such as .+",
    "text": r"a text of at most (?P<most>\d+) visible characters",
    "label": r"a label's barcode, its check character included",
    "formula": r"a value, not a formula",
    "as_text": r"a text",
    "width": r"(?P<width>\d+) cells as in the header",
    "figures": r"at least one of the four figures",
    "reason": r"a reason, for (?P<figures>.+) is on record for that hour",
    "once_hour": r"one row for a site and an hour",
    "once_barcode": r"each barcode once",
    "unseen": r"it holds invisible characters: type it again instead of pasting it",
    "separators": r"write it without separators",
    "correct": r"correct the value",
    "fill": r"fill it in",
    "correct_site": r"correct the value, or write the site's id",
    "outside": r"(?P<site>\S+) lies outside what you report for; leave the row to its own coordinator",
    "not_over": r"that hour is not over yet; wait until it is",
    "hours": r"hours are reported from (?P<first>.+) to (?P<last>.+)",
    "fewer": r"say it in fewer words",
    "person": r"an identity or telephone number stands in it; nothing of it is kept, write it without",
    "as_values": r"copy the column and paste it as values",
    "digits": r"a spreadsheet keeps 15 digits of a number: format the column as text, type it again",
    "comma": r"look for a comma too many",
    "fill_one": r"fill one in, or remove the row",
    "say_why": r"say in the column .+ why it is corrected",
    "keep_one": r"keep the one that holds, remove the others",
    "check": r"the check character of (?P<code>.+) does not fit; scan the label again or compare its letters",
    "one_code": r"\d+ (?:characters|different codes) came in one scan.+|.+ came twice in one scan; .+",
    "none": r"none",
    "more": r"more",
    "rows": r"(?P<rows>\d+) rows",
    "sum": r"row (?P<row>\d+) holds a sum and was left out",
    "left_out": r"columns left out: (?P<names>.+)",
    "too_many": r"row (?P<row>\d+): (?P<persons>\d+) persons in (?P<tubes>\d+) tubes cannot be; one to ten fill a tube",
    "notes_more": r"and (?P<more>\d+) notes more",
    "empty": r"it is empty; .+|no sheet of it holds anything; .+|it has a header but no row below it; .+",
    "header": r"it holds no row; a header .+|it has one column .+|no row names the columns that are needed .+",
    "doubled": r"two columns are the same: (?P<name>.+) stands twice; remove one",
    "merged": r"the cells (?P<cells>.+) are merged, so whose value it is cannot be known; unmerge and fill each",
    "encrypted": r"it is encrypted with a password; .+",
    "other_kind": r"it is .+, whatever its name; .+|it is named .+ but is .+|it is a workbook of before 2007 .+",
    "large": r"it has (?P<size>[\d,]+) MB, at most (?P<most>\d+) MB are taken; .+",
    "long": r"it has (?P<size>[\d,]+) (?:rows|columns), .+",
    "encoding": r"it is written in (?P<name>UTF-16|GBK).+",
    "no_text": r"a NUL stands at byte .+|it is no UTF-8 text .+",
    "csv": r"a quote is opened after row .+|after row \d+ it is no well-formed CSV .+|a cell holds more than \d+ .+",
    "broken": (
        r"it begins like a workbook but is broken .+|it cannot be read as a workbook .+|it is an archive but no .+"
        r"|it is packed in a way .+|it holds XML declarations .+"
    ),
    "swollen": r"it unpacks to more than .+|it holds far more sheets .+|its sheet holds far more cells .+",
}
KNOWN = tuple((f"handed.says.{key}", re.compile(sentence, re.DOTALL)) for key, sentence in SAYINGS.items())


def said(sentence: str, words: Words) -> str:
    """Return what the command server says of a table as the viewer reads it."""
    for key, known in KNOWN:
        if found := known.fullmatch(sentence):
            parts = found.groupdict()
            return words(
                key, **(parts | {"figures": _figures(parts["figures"], words)} if "figures" in parts else parts)
            )
    return sentence


def value(refused: Refused, words: Words) -> str:
    """Return what stood in a cell; what is said of a row or of several is in words."""
    return refused.value if refused.column else said(refused.value, words)


def _figures(text: str, words: Words) -> str:
    named = (part.rpartition(" ") for part in text.split(", "))
    return words.list(f"{words(f'input.{name}')} {figure}" for name, _, figure in named)
