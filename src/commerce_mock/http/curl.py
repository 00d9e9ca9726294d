"""A `curl` for an operation, ready to paste: its documented examples for parameters and body."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from commerce_mock.http.fields import resolve

Node = Mapping[str, Any]

LINE = 60  # characters that fit beside `-d`
_PARAMETER = re.compile(r"\{([^}]+)\}")


def curl(
    document: Node, path: str, method: str, url: str, *, secured: bool, values: Mapping[str, str] | None = None
) -> str:
    """The command for an operation of a bundled document at the service's URL.

    It reads the token from the shell's variable TOKEN. `values` are path parameters that go before the examples.
    """
    item = document["paths"][path]
    operation = item[method.lower()]
    given = {p["name"]: p for p in parameters(document, item, operation) if p["in"] in ("path", "query")}
    chosen = {name: _text(parameter_example(p, document)) for name, p in given.items()} | dict(values or {})
    filled = _PARAMETER.sub(lambda found: quote(chosen.get(found[1]) or found[1], safe=""), path)
    query = {name: chosen[name] for name, p in given.items() if p["in"] == "query" and p.get("required")}
    target = url.rstrip("/") + filled + (f"?{urlencode(query)}" if query else "")
    words = [f"curl {shlex.quote(target)}"]
    if method != "GET":
        words[0] = f"curl -X {method} {shlex.quote(target)}"
    if secured:
        words.append('-H "Authorization: Bearer $TOKEN"')
    media_type, body = body_example(document, operation)
    if media_type is not None:
        words += [
            f"-H {shlex.quote(f'Content-Type: {media_type}')}",
            f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}",
        ]
    return " \\\n  ".join(words)


def parameters(document: Node, item: Node, operation: Node) -> list[Node]:
    """The parameters of an operation with those of its path; the operation's own win."""
    listed = [resolve(node, document) for node in [*item.get("parameters", ()), *operation.get("parameters", ())]]
    return list({(node["in"], node["name"]): node for node in listed}.values())


def body_example(document: Node, operation: Node) -> tuple[str | None, Any]:
    """Media type and first example of an operation's body; None where it takes none."""
    body = resolve(operation.get("requestBody"), document)
    for media_type, content in (body or {}).get("content", {}).items():
        return media_type, next(iter(examples(content, document).values()), {})
    return None, None


def examples(content: Node, document: Node) -> dict[str, Any]:
    """The examples of a media type or parameter by name (a single one is called `example`)."""
    found = {name: resolve(node, document).get("value") for name, node in content.get("examples", {}).items()}
    return {"example": content["example"]} if "example" in content else found


def parameter_example(parameter: Node, document: Node) -> Any:
    """The first example of a parameter, else its schema's, its default or first value."""
    schema = resolve(parameter.get("schema", {}), document)
    found = [
        *examples(parameter, document).values(),
        *schema.get("examples", ()),
        *(schema[key] for key in ("example", "default") if key in schema),
        *schema.get("enum", ()),
    ]
    return found[0] if found else None


def _json(value: Any) -> str:
    """On one line where it fits."""
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= LINE else json.dumps(value, ensure_ascii=False, indent=2)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
