"""What an act may say: plain text of bounded length, numbers and truth values; nothing that hides, runs or identifies.

Text is kept as it came or refused, never changed: what is read later is what was written.
"""

import math
import re
import unicodedata
from collections.abc import Iterator

from pipelines.acts.errors import ActRefused
from pipelines.api import Fact, NewAct, Scope
from pipelines.codes import speaks_of_a_person
from pipelines.vocabulary import ScopeLevel

REASON_AT_MOST = 2_000
TEXT_AT_MOST = 1_000
WORD_AT_MOST = 120
FACTS_AT_MOST = 40
LIST_AT_MOST = 500
FACT_BYTES = 16_384
LARGEST_NUMBER = 2**53
_ACT_ID = re.compile(r"[0-9a-f]{32}")
_FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,119}")
_RANDOM = re.compile(r"(?=[0-9]*[a-f])[0-9a-f]{16,}")  # a random id, in which any run of digits may stand
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def check_words(new: NewAct, facts_json: str) -> None:
    """Raise ActRefused when an act says what the ledger does not keep."""
    if not _ACT_ID.fullmatch(new.act_id):
        raise ActRefused("act_id", "act_id must be 32 hexadecimal digits (a fresh random number)", "act_id")
    _check_scope(new.scope)
    _check_text(new.target, "target", WORD_AT_MOST)
    _check_text(new.reason, "reason", REASON_AT_MOST)
    if len(new.facts) > FACTS_AT_MOST or len(facts_json.encode()) > FACT_BYTES:
        sentence = f"facts must be at most {FACTS_AT_MOST} and {FACT_BYTES} bytes of JSON; say less, or act twice"
        raise ActRefused("facts_size", sentence, "facts")
    for name, value in new.facts.items():
        _check_fact(name, value)


def check_actor(by: str, address: str) -> None:
    """Raise ActRefused when the actor's id or address is no plain word; both come from the server itself."""
    if not _WORD.fullmatch(by):
        raise ActRefused("actor", f"an actor's id is letters, digits and _.:@- only, got {by[:40]!r}", "by")
    _check_text(address, "address", WORD_AT_MOST)


def _check_scope(scope: Scope) -> None:
    if (scope.level is ScopeLevel.DISTRICT) != (scope.id is None):
        raise ActRefused("scope", "a district's scope has no id, a town's or a site's has one", "scope.id")
    if scope.id is not None and not _WORD.fullmatch(scope.id):
        raise ActRefused("scope", "a scope's id is letters, digits and _.:@- only", "scope.id")


def _check_fact(name: str, value: Fact) -> None:
    if not _FACT_NAME.fullmatch(name):
        sentence = f"a fact's name is up to 40 of a-z, 0-9 and _, beginning with a letter; got {name[:40]!r}"
        raise ActRefused("fact_name", sentence, "facts")
    if isinstance(value, list) and len(value) > LIST_AT_MOST:
        raise ActRefused("facts_size", f"the fact {name} lists more than {LIST_AT_MOST} texts", f"facts.{name}")
    for text in _texts(value):
        _check_text(text, f"facts.{name}", TEXT_AT_MOST)
    is_number = isinstance(value, int | float)
    if is_number and not (math.isfinite(value) and abs(value) <= LARGEST_NUMBER):
        raise ActRefused("fact_number", f"the fact {name} must be a number within ±2^53", f"facts.{name}")


def _texts(value: Fact) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    if isinstance(value, list):
        yield from value


def _check_text(text: str, field: str, at_most: int) -> None:
    if len(text) > at_most:
        raise ActRefused("too_long", f"{field} has {len(text)} characters, at most {at_most} are kept", field)
    hidden = next((sign for sign in text if sign != "\n" and unicodedata.category(sign) in _HIDDEN), None)
    if hidden is not None:
        sentence = f"{field} holds the invisible or control character U+{ord(hidden):04X}; write it without"
        raise ActRefused("hidden_character", sentence, field)
    if speaks_of_a_person(_RANDOM.sub("", text)):
        sentence = f"an identity or telephone number stands in {field}; nothing of it is kept, write it without"
        raise ActRefused("personal_number", sentence, field)
