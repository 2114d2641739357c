"""The OpenAPI document as one page for people: no script, nothing loaded from anywhere."""

from collections.abc import Iterator
from html import escape
from typing import Any

Json = dict[str, Any]
BOUNDS = ("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "format", "default")
STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
code, .path { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
section { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem 1rem; margin: 1rem 0; }
h3 { margin: .5rem 0; } .method { border-radius: .3rem; padding: .1rem .5rem; background: var(--soft); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .25rem .6rem;
border-bottom: 1px solid var(--line); } nav { columns: 2; } section:target { outline: 2px solid; }
"""


def docs_page(document: Json) -> str:
    """Return the document as HTML: every operation, and every structure it links to."""
    title = escape(document["info"]["title"])
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas: Json = document.get("components", {}).get("schemas", {})
    return "".join(
        [
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>',
            f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style><h1>{title}</h1>',
            '<p>The same as data: <a href="openapi.json">openapi.json</a></p><nav>',
            *(f'<a href="#{_anchor(m, p)}">{m.upper()} {escape(p)}</a><br>' for m, p, _ in operations),
            "</nav><h2>Requests</h2>",
            *(_operation(*operation) for operation in operations),
            "<h2>Structures</h2>",
            *(_structure(name, schema) for name, schema in sorted(schemas.items())),
            "</html>",
        ]
    )


def _operation(method: str, path: str, operation: Json) -> str:
    what = escape(operation.get("description") or operation.get("summary", ""))
    head = (
        f'<h3><span class="method">{method.upper()}</span> <span class="path">{escape(path)}</span></h3><p>{what}</p>'
    )
    rows = [*_parameters(operation), *_body(operation), *_answers(operation)]
    return f'<section id="{_anchor(method, path)}">{head}{_table(("", "", ""), rows)}</section>'


def _parameters(operation: Json) -> Iterator[tuple[str, str, str]]:
    for parameter in operation.get("parameters", ()):
        name = f"<code>{escape(parameter['name'])}</code>"
        yield f"in the {escape(parameter['in'])}", name, _type(parameter.get("schema", {}))


def _body(operation: Json) -> Iterator[tuple[str, str, str]]:
    for schema in _schemas(operation.get("requestBody", {})):
        yield "body", _type(schema), ""


def _answers(operation: Json) -> Iterator[tuple[str, str, str]]:
    for status, response in operation["responses"].items():
        headers = ", ".join(escape(name) for name in response.get("headers", ()))
        said = escape(response.get("description", "")) + (f" (header {headers})" if headers else "")
        yield f"answer <b>{escape(status)}</b>", " or ".join(map(_type, _schemas(response))), said


def _schemas(part: Json) -> list[Json]:
    return [content.get("schema", {}) for content in part.get("content", {}).values()]


def _structure(name: str, schema: Json) -> str:
    what = escape(schema.get("description", ""))
    head = f'<section id="schema-{escape(name)}"><h3><code>{escape(name)}</code></h3><p>{what}</p>'
    if "properties" not in schema:
        return f"{head}<p>{_type(schema)}</p></section>"
    needed = set(schema.get("required", ()))
    rows = [
        (f"<code>{escape(field)}</code>", _type(kind), "required" if field in needed else "")
        for field, kind in schema["properties"].items()
    ]
    return f"{head}{_table(('field', 'type', ''), rows)}</section>"


def _type(schema: Json) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    said = escape(str(schema.get("type", "anything")))
    if "items" in schema:
        said += f" of {_type(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        said += f" of {_type(schema['additionalProperties'])}"
    bounds = [f"{bound} <code>{escape(str(schema[bound]))}</code>" for bound in BOUNDS if bound in schema]
    return ", ".join([said, *bounds])


def _table(head: tuple[str, str, str], rows: list[tuple[str, str, str]]) -> str:
    titles = "".join(f"<th>{title}</th>" for title in head) if any(head) else ""
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{titles}</tr>{lines}</table>" if titles else f"<table>{lines}</table>"


def _anchor(method: str, path: str) -> str:
    return escape(f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}")
