"""The SQL files of the store: migrations, macros, merges and named asks, read once, each with a two-line header."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_HEADER = re.compile(r"\A-- what: (?P<what>.+?)\n-- grain: (?P<grain>.+?)\n", re.DOTALL)
_PARAMETER = re.compile(r"\$([a-z_]+)")
_KNOWN = re.compile(r"\bknown\.")
LIVE, PAST = "live", "past"
COMMON = frozenset({"as_of", "speed", "scope_level", "scope_id"})


@dataclass(frozen=True)
class Migration:
    """Grain: one step from one version of the store's tables to the next."""

    version: int
    name: str
    sql: str


@dataclass(frozen=True)
class Ask:
    """Grain: one named question: its text against the hot tables and against the history, and what it needs bound."""

    name: str
    what: str
    grain: str
    live: str
    past: str
    bound: frozenset[str]

    @property
    def params(self) -> frozenset[str]:
        """The parameters that the asker must give besides the moment and the scope."""
        return self.bound - COMMON


@cache
def migrations(folder: Path = HERE / "migrations") -> tuple[Migration, ...]:
    """Return the migrations in order; their numbers are 1, 2, 3 …"""
    files = sorted(folder.glob("[0-9]*.sql"))
    return tuple(Migration(int(file.name[:4]), file.stem, file.read_text(encoding="utf-8")) for file in files)


@cache
def macros() -> tuple[str, ...]:
    """Return the statements that make every macro; those of ``known`` are made twice, over hot tables and history."""
    plain = [_text(file) for folder in ("", LIVE, PAST) for file in sorted((HERE / "sql" / folder).glob("*.sql"))]
    known = [_text(file) for file in sorted((HERE / "sql" / "known").glob("*.sql"))]
    return (*plain, *(over(text, layer) for text in known for layer in (LIVE, PAST)))


@cache
def asks() -> dict[str, Ask]:
    """Return every named ask by its name, which is its file's."""
    return {file.stem: _ask(file) for file in sorted((HERE / "asks").glob("*.sql"))}


@cache
def merges() -> dict[str, str]:
    """Return the statement that brings one hot table up to date from ``incoming``, by the table's name."""
    return {file.stem: _text(file) for file in sorted((HERE / "merges").glob("*.sql"))}


def over(text: str, layer: str) -> str:
    """Return ``text`` with every ``known.`` resolved to ``live.`` (hot tables) or ``past.`` (history)."""
    return _KNOWN.sub(f"{layer}.", text)


def _ask(file: Path) -> Ask:
    text, header = _parts(file)
    body = text[header.end() :]
    what = " ".join(header["what"].replace("--", " ").split())
    bound = frozenset(_PARAMETER.findall(body))
    return Ask(file.stem, what, header["grain"], over(body, LIVE), over(body, PAST), bound)


def _text(file: Path) -> str:
    return _parts(file)[0]


def _parts(file: Path) -> tuple[str, re.Match[str]]:
    text = file.read_text(encoding="utf-8")
    header = _HEADER.match(text)
    if header is None:
        raise ValueError(f"{file} must open with the lines `-- what: …` and `-- grain: …`")
    return text, header
