"""Declared answers, and the problem codes in them."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from commerce_contract.document import Node
from commerce_contract.examples import read_examples
from commerce_contract.model import Header, ProblemType, Response
from commerce_contract.reading import Reading
from commerce_contract.requests import is_json
from commerce_contract.schema import MISSING, Schema

_STATUS: Final = re.compile(r"[1-5][0-9][0-9]")
_RANGE: Final = re.compile(r"[1-5]XX")
_PROBLEM: Final = "application/problem+json"
FIRST_ERROR: Final = 400  # the first status that says that a request failed


def read_responses(reading: Reading, operation: Node) -> Mapping[int, Response]:
    """The declared answers by status. In a foreign document `default` and `2XX` stand in for a missing success."""
    exact: dict[int, Response] = {}
    loose: dict[int, Response] = {}
    for key, element in operation.below("responses").members():
        node = reading.follow(element)
        if key.startswith("x-") or node is None:
            continue
        if _STATUS.fullmatch(key):
            exact[int(key)] = read_response(reading, node, int(key))
        elif _RANGE.fullmatch(key) or key == "default":
            status = 200 if key == "default" else int(key[0]) * 100
            loose[status] = read_response(reading, node, status)
            reading.cannot_honour(element, f"the response `{key}` names no single status", "Declare each status")
        else:
            reading.fault(element, f"`{key}` is not an HTTP status", "Write a number from 100 to 599, such as 200")
    have = {status // 100 for status in exact}
    return exact | {status: response for status, response in loose.items() if status // 100 not in have}


def names_status(key: str) -> bool:
    """Whether a key of `responses` says for which statuses an answer is."""
    return key == "default" or bool(_STATUS.fullmatch(key) or _RANGE.fullmatch(key))


def read_response(reading: Reading, node: Node, status: int) -> Response:
    """One declared answer."""
    media = _media(node)
    schema = media.below("schema") if media else None
    has_schema = media is not None and schema is not None and schema.value is not None and is_json(media.name)
    return Response(
        status=status,
        description=node.text("description"),
        media_type=media.name if media else None,
        schema=reading.schemas.at(schema) if has_schema and schema else None,
        examples=read_examples(reading, media) if media else {},
        headers=tuple(name for name, _ in node.below("headers").members()),
        location=node.location,
        described=tuple(_header(reading, header) for header in node.below("headers").members()),
    )


def _header(reading: Reading, named: tuple[str, Node]) -> Header:
    name, element = named
    node = reading.follow(element) or element
    schema = node.below("schema")
    found = reading.schemas.at(schema) if schema.value is not None else None
    return Header(name, node.get("required") is True, found, node.location)


def _media(node: Node) -> Node | None:
    """The content of an answer: JSON where there is a choice."""
    kinds = [media for _, media in node.below("content").members()]
    return next((media for media in kinds if is_json(media.name)), kinds[0] if kinds else None)


def codes_of(response: Response) -> tuple[str, ...]:
    """The problem codes that an answer may carry: the `enum` (or `const`) of its schema's `code`."""
    if response.media_type != _PROBLEM or response.schema is None:
        return ()
    code: Schema | None = response.schema.properties.get("code")
    if code is None:
        return ()
    return (str(code.const),) if code.const is not MISSING else tuple(map(str, code.enum))


def read_problems(responses: Iterable[Response]) -> Mapping[str, ProblemType]:
    """Problem code to status and wording, as the example named like the code says them; the lowest status wins."""
    found: dict[str, ProblemType] = {}
    for response in sorted(responses, key=lambda response: response.status):
        for code in codes_of(response):
            example = response.examples.get(code)
            if isinstance(example, dict) and code not in found:
                found[code] = ProblemType(
                    code=code,
                    status=response.status,
                    title=str(example.get("title", "")),
                    type=str(example.get("type", "about:blank")),
                    detail=str(example.get("detail", "")),
                    location=response.location,
                )
    return found
