"""The source contract as one OpenAPI document, made of the structures that sources are read with."""

import re
from typing import Any

import msgspec

from pipelines.conformance.routes import CORE, ROUTES
from pipelines.contract import EVENTS_PER_PAGE, Problem
from pipelines.sources.connectors import CONNECTORS
from pipelines.vocabulary import SourceKind

_REF = "#/components/schemas/{name}"
_ABOUT = (
    "What Tenfold asks of registration systems and sites. Counters are cumulative; feeds are read on from a cursor "
    "and never change; every row says when it happened, RFC 3339 with an offset. Answers are UTF-8 JSON."
)
_PLACE = re.compile(r"\{(\w+)\}")


def contract_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    answers = [CONNECTORS[kind].answer for kind in ROUTES]
    _, schemas = msgspec.json.schema_components([*answers, Problem], ref_template=_REF)
    paths = {route.partition("?")[0]: {"get": _operation(kind, route)} for kind, route in ROUTES.items()}
    info = {"title": "Tenfold source contract", "version": "1", "description": _ABOUT}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _operation(kind: SourceKind, route: str) -> dict[str, Any]:
    answer = CONNECTORS[kind].answer
    path, _, query = route.partition("?")
    parameters = [_parameter(name, "path", {"type": "string"}) for name in _PLACE.findall(path)]
    whole: dict[str, Any] = {"type": "integer", "minimum": 0}
    limits = {"after": whole, "limit": whole | {"maximum": EVENTS_PER_PAGE}}
    parameters += [_parameter(name, "query", limits[name]) for name in _PLACE.findall(query)]
    return {
        "operationId": kind.value,
        "summary": (answer.__doc__ or "").strip().splitlines()[0],
        "description": "needed" if kind in CORE else "optional: without it, what it would show stays empty",
        "parameters": parameters,
        "responses": {"200": _content(answer.__name__, "as it is now"), "default": _content("Problem", "refused")},
    }


def _parameter(name: str, where: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def _content(name: str, says: str) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": {"$ref": _REF.format(name=name)}}}}
