"""A foreign answer in the contract's words: fields found, translated and turned into the wire's own structures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET, inspect

from pipelines.clock import wall_now
from pipelines.mapping_form import FieldSpec, MappingSpec
from pipelines.sources.decoding import WrongWords
from pipelines.sources.feeds import LIMIT

_MISSING = object()
_LAST = "last_sequence"


@dataclass(frozen=True)
class _Page:
    """What came, and how it is read; ``one``: the site or server that was asked for, None for all."""

    document: Any
    spec: MappingSpec
    one: str | None


def mapped(document: Any, spec: MappingSpec, answer: type, after: int | None = None, one: str | None = None) -> Any:
    """Return the structure ``answer`` that a foreign ``document`` says; raises WrongWords, naming row and field.

    ``after`` is the cursor of a feed; ``one`` the site or server asked for, whose row is picked from a list of all.
    """
    page = _Page(document, spec, one)
    listed, row = parts_of(answer)
    if row is None:
        return _structure(_picked(page), spec.answer, page, answer, "the answer", {})
    rows = [_structure(item, spec.row, page, row, f"row {n}", {}) for n, item in enumerate(_rows(page), 1)]
    if after is not None:
        rows = sorted((item for item in rows if item.sequence > after), key=lambda item: item.sequence)[:LIMIT]
    told: dict[str, Any] = {listed: rows}
    if _LAST in answer.__struct_fields__ and _LAST not in spec.answer:
        told[_LAST] = max([after or 0, *(item.sequence for item in rows)])
    return _structure(document, spec.answer, page, answer, "the answer", told)


def _rows(page: _Page) -> list[Any]:
    found = _at(page.document, page.spec.rows)
    if not isinstance(found, list):
        raise WrongWords(f"expected a list at {page.spec.rows or 'the top'!r}, got {type(found).__name__}")
    return found


def _picked(page: _Page) -> Any:
    """Return what a single answer is made of: the document, or the row of it that is of the one asked for."""
    if not page.spec.rows:
        return page.document
    named = next((field for name, field in page.spec.answer.items() if name in ("site_id", "server_id")), None)
    for item in _rows(page):
        if named is None or page.one is None or _value(item, named, page, "the answer") == page.one:
            return item
    raise WrongWords(f"no row of {page.spec.rows!r} is of {page.one}")


@cache
def parts_of(answer: type) -> tuple[str, type | None]:
    """Return the name of an answer's list and its rows' structure; ("", None) when it has no list."""
    return next(iter(_lists(answer)), ("", None))


def _lists(answer: type) -> list[tuple[str, type]]:
    return [
        (field.encode_name, field.type.item_type.cls)
        for field in _fields(answer)
        if isinstance(field.type, inspect.ListType) and isinstance(field.type.item_type, inspect.StructType)
    ]


def faults_of(spec: MappingSpec, answer: type) -> list[str]:
    """Return in sentences what a mapping onto ``answer`` lacks or has too much."""
    listed, row = parts_of(answer)
    if len(_lists(answer)) > 1:
        return [f"{answer.__name__} has two lists and cannot be mapped; serve it as the contract says"]
    given = {listed, _LAST} if row is not None else set[str]()
    faults = _lacking("answer", spec.answer, answer, given)
    return faults + (_lacking("row", spec.row, row, set()) if row is not None else [])


def _lacking(part: str, fields: Mapping[str, FieldSpec], structure: type, given: set[str]) -> list[str]:
    known = {field.encode_name: field for field in _fields(structure)}
    needed = [name for name, field in known.items() if field.required and name not in given and name not in fields]
    foreign = [name for name in fields if name not in known]
    return [
        *(f"[{part}] lacks {name}, which {structure.__name__} needs" for name in needed),
        *(f"[{part}] names {name}, which {structure.__name__} does not have" for name in foreign),
    ]


@cache
def _fields(structure: type) -> tuple[inspect.Field, ...]:
    told = inspect.type_info(structure)
    return told.fields if isinstance(told, inspect.StructType) else ()


@cache
def _texts(structure: type) -> frozenset[str]:
    """Return the fields that hold texts, which others may write as numbers."""
    return frozenset(field.encode_name for field in _fields(structure) if _is_text(field.type))


@cache
def _nullable(structure: type) -> frozenset[str]:
    """Return the fields that may say that there is nothing."""
    unions = ((field.encode_name, field.type) for field in _fields(structure))
    return frozenset(name for name, told in unions if isinstance(told, inspect.UnionType) and told.includes_none)


def _is_text(told: inspect.Type) -> bool:
    if isinstance(told, inspect.Metadata):
        return _is_text(told.type)
    if isinstance(told, inspect.UnionType):
        return any(_is_text(one) for one in told.types)
    return isinstance(told, inspect.StrType | inspect.EnumType)


def _structure(
    item: Any, fields: Mapping[str, FieldSpec], page: _Page, structure: type, where: str, told: dict[str, Any]
) -> Any:
    texts = _texts(structure)
    for name, field in fields.items():
        value = _value(item, field, page, f"{where}, {name}")
        if value is _MISSING:
            told |= {name: None} if name in _nullable(structure) else {}
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        told[name] = str(value) if is_number and name in texts else value
    try:
        return msgspec.convert(told, structure, strict=False)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise WrongWords(f"{where}: {str(error).replace('`', '')}") from error


def _value(item: Any, field: FieldSpec, page: _Page, where: str) -> Any:
    if field.value is not UNSET:
        return field.value
    if field.time == "now":
        return wall_now()
    found = _at(page.document, field.path[1:]) if field.path.startswith("/") else _at(item, field.path)
    if found is _MISSING or found is None or found == "":
        if field.default is not UNSET:
            return field.default
        return None if found is None else _MISSING
    return _translated(found, field, page, where)


def _translated(found: Any, field: FieldSpec, page: _Page, where: str) -> Any:
    if field.words:
        if str(found) not in field.words:
            raise WrongWords(f"{where}: the word {str(found)[:60]!r} stands in no `words`; add it to the mapping")
        return field.words[str(found)]
    if field.is_site:
        return _site(str(found), page.spec)
    if field.times is not None:
        return _times(found, field.times, where)
    return _moment(found, field, where) if field.time else found


def _at(item: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        if isinstance(item, dict):
            item = item.get(step, _MISSING)
        elif isinstance(item, list) and step.isdecimal() and int(step) < len(item):
            item = item[int(step)]
        else:
            return _MISSING
    return item


def _site(theirs: str, spec: MappingSpec) -> str:
    return next((ours for ours, name in spec.sites.items() if name == theirs), theirs)


def _times(found: Any, factor: float, where: str) -> int | float:
    try:
        scaled = float(found) * factor
    except (TypeError, ValueError) as error:
        raise WrongWords(f"{where}: expected a number, got {str(found)[:60]!r}") from error
    return round(scaled) if abs(scaled - round(scaled)) < 1e-9 * max(1.0, abs(scaled)) else scaled


def _moment(found: Any, field: FieldSpec, where: str) -> datetime:
    try:
        said = _said(found, field.time)
        return said if said.tzinfo else said.replace(tzinfo=UTC) - timedelta(minutes=field.offset_minutes)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise WrongWords(f"{where}: expected a time as {field.time}, got {str(found)[:60]!r}") from error


def _said(found: Any, form: str) -> datetime:
    if form == "epoch_s":
        return datetime.fromtimestamp(float(found), UTC)
    if form == "epoch_ms":
        return datetime.fromtimestamp(float(found) / 1_000, UTC)
    if form == "iso":
        return datetime.fromisoformat(str(found))
    return datetime.strptime(str(found), form)  # noqa: DTZ007  # its offset is told beside it
