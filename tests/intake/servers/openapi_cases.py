"""Requests made from an OpenAPI document: what it asks for, known words mixed in, and the same spoilt somewhere."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Json = dict[str, Any]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
RAW = st.binary(max_size=60)


@dataclass(frozen=True)
class Case:
    """One request, and the statuses that the document allows for it."""

    method: str
    path: str
    body: bytes | None
    statuses: frozenset[int]


def operations(document: Json) -> list[tuple[str, str]]:
    """Return every (method, path) of the document."""
    return [(method, path) for path, methods in document["paths"].items() for method in methods]


def cases(document: Json, method: str, path: str, known: dict[str, list[Any]]) -> SearchStrategy[Case]:
    """Return requests of one operation; ``known`` names fields with words that exist."""
    operation = document["paths"][path][method]
    made = _Maker(document["components"]["schemas"], known)
    statuses = frozenset(int(status) for status in operation["responses"])
    where = st.tuples(*(_parameter(part, made) for part in operation.get("parameters", ())))
    body = made.body(operation["requestBody"]) if "requestBody" in operation else st.none()

    def case(parts: tuple[tuple[str, str, str], ...], raw: bytes | None) -> Case:
        return Case(method.upper(), _address(path, parts), raw, statuses)

    return st.builds(case, where, body)


def _address(path: str, parts: tuple[tuple[str, str, str], ...]) -> str:
    query = [f"{name}={quote(value, safe='')}" for place, name, value in parts if place == "query"]
    for place, name, value in parts:
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path + ("?" + "&".join(query) if query else "")


def _parameter(parameter: Json, made: "_Maker") -> SearchStrategy[tuple[str, str, str]]:
    words = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=50)
    drawn = words | made.of(parameter["schema"], parameter["name"]).map(str).filter(
        lambda word: word and "/" not in word
    )
    return drawn.map(lambda word: (parameter["in"], parameter["name"], word))


@dataclass(frozen=True)
class _Maker:
    schemas: Json
    known: dict[str, list[Any]]

    def body(self, described: Json) -> SearchStrategy[bytes]:
        (content,) = described["content"].values()
        whole = self.of(content["schema"])
        encoded = (whole | whole.flatmap(_spoilt)).map(lambda value: json.dumps(value).encode())
        return st.one_of(encoded, encoded, encoded, RAW)

    def of(self, schema: Json, name: str = "") -> SearchStrategy[Any]:
        """Return values of a schema, often a known word when the field's name has some."""
        made = self._of(schema)
        if name not in self.known:
            return made
        word = st.sampled_from(self.known[name])
        return st.one_of(word, word, word, word, made)

    def _of(self, schema: Json) -> SearchStrategy[Any]:
        if "$ref" in schema:
            return self.of(self.schemas[schema["$ref"].rsplit("/", 1)[-1]])
        if "anyOf" in schema:
            return st.one_of(*(self.of(part) for part in schema["anyOf"]))
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        return getattr(self, f"_{schema.get('type', 'anything')}")(schema)

    def _anything(self, _: Json) -> SearchStrategy[Any]:
        return ANYTHING

    def _null(self, _: Json) -> SearchStrategy[None]:
        return st.none()

    def _boolean(self, _: Json) -> SearchStrategy[bool]:
        return st.booleans()

    def _integer(self, schema: Json) -> SearchStrategy[int]:
        return st.integers(schema.get("minimum"), schema.get("maximum"))

    def _number(self, schema: Json) -> SearchStrategy[float]:
        return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)

    def _string(self, schema: Json) -> SearchStrategy[str]:
        if schema.get("format") == "date-time":
            return st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
        if "pattern" in schema:
            return st.from_regex(schema["pattern"])
        return st.text(max_size=schema.get("maxLength", 60))

    def _array(self, schema: Json) -> SearchStrategy[list[Any]]:
        least = schema.get("minItems", 0)
        return st.lists(self.of(schema.get("items", {})), min_size=least, max_size=max(least, 3))

    def _object(self, schema: Json) -> SearchStrategy[Json]:
        fields = {name: self.of(kind, name) for name, kind in schema.get("properties", {}).items()}
        if not fields:
            return st.dictionaries(st.from_regex(r"\A[a-z_]{2,9}\Z"), st.text(max_size=9) | st.integers(), max_size=3)
        needed = set(schema.get("required", ()))
        return st.fixed_dictionaries(
            {name: made for name, made in fields.items() if name in needed},
            optional={name: made for name, made in fields.items() if name not in needed},
        )


@st.composite
def _spoilt(draw: st.DrawFn, value: Any) -> Any:
    if not isinstance(value, dict) or not value:
        return draw(ANYTHING)
    field = draw(st.sampled_from(sorted(value)))
    spoilt = dict(value)
    if draw(st.booleans()):
        del spoilt[field]
    else:
        spoilt[field] = draw(ANYTHING)
    return spoilt
