"""A `curl` for an operation, ready to paste: its documented examples for parameters and body."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from commerce_contract import Operation
from commerce_mock.http.fields import Node, resolve
from commerce_mock.http.sample import sample

LINE = 60  # characters that fit beside `-d`
_PARAMETER = re.compile(r"\{([^}]+)\}")


def curl(document: Node, operation: Operation, url: str, values: Mapping[str, str] | None = None) -> str:
    """The command for an operation of a bundled document at the service's URL.

    It reads the token from the shell's variable TOKEN. `values` are path parameters that go before the examples.
    """
    item = document["paths"][operation.path]
    raw = item[operation.method.lower()]
    given = [node for node in parameters(document, item, raw) if node["in"] in ("path", "query")]
    chosen = {node["name"]: _text(parameter_example(node, document)) for node in given} | dict(values or {})
    filled = _PARAMETER.sub(lambda found: quote(chosen.get(found[1]) or found[1], safe=""), operation.path)
    query = {node["name"]: chosen[node["name"]] for node in given if node["in"] == "query" and node.get("required")}
    target = shlex.quote(url.rstrip("/") + filled + (f"?{urlencode(query)}" if query else ""))
    words = [f"curl {target}" if operation.method == "GET" else f"curl -X {operation.method} {target}"]
    if operation.secured:
        words.append('-H "Authorization: Bearer $TOKEN"')
    media_type, body = body_example(document, raw)
    if media_type is not None:
        words += [f"-H {shlex.quote(f'Content-Type: {media_type}')}", f"-d {shlex.quote(_json(body))}"]
    return " \\\n  ".join(words)


def parameters(document: Node, item: Node, operation: Node) -> list[Node]:
    """The parameters of an operation with those of its path; the operation's own win."""
    listed = [resolve(node, document) for node in [*item.get("parameters", ()), *operation.get("parameters", ())]]
    return list({(node["in"], node["name"]): node for node in listed}.values())


def body_example(document: Node, operation: Node) -> tuple[str | None, Any]:
    """Media type and first example of an operation's body, or a value that its schema allows; None without a body."""
    body = resolve(operation.get("requestBody"), document)
    for media_type, content in (body or {}).get("content", {}).items():
        given = list(examples(content, document).values())
        return media_type, given[0] if given else sample(content.get("schema", {}), document)
    return None, None


def examples(content: Node, document: Node) -> dict[str, Any]:
    """The examples of a media type or parameter by name (a single one is called `example`)."""
    found = {name: resolve(node, document).get("value") for name, node in content.get("examples", {}).items()}
    return {"example": content["example"]} if "example" in content else found


def parameter_example(parameter: Node, document: Node) -> Any:
    """The first example of a parameter, else a value that its schema allows."""
    given = list(examples(parameter, document).values())
    return given[0] if given else sample(parameter.get("schema", {}), document)


def _json(value: Any) -> str:
    """On one line where it fits."""
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= LINE else json.dumps(value, ensure_ascii=False, indent=2)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)
