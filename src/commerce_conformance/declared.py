"""What is wrong with one answer, by the response that the document declares for its status."""

import re
from collections.abc import Iterator
from typing import Any, Final

from commerce_conformance.exchange import Exchange
from commerce_contract import MISSING, Header, Operation

REQUEST_ID: Final = "x-request-id"
_CHALLENGE: Final = re.compile(r"bearer( +\S.*)?", re.IGNORECASE)
_INTEGER: Final = re.compile(r"-?[0-9]+")
Fault = tuple[str, str, str]  # what the document wants in words, what it expects, what came


def answer_faults(operation: Operation, exchange: Exchange) -> Iterator[Fault]:
    """What is wrong with its status, its media type and its body."""
    declared = operation.responses.get(exchange.status)
    if declared is None:
        statuses = ", ".join(map(str, operation.responses))
        yield "an answer has a status that the operation declares", statuses, str(exchange.status)
        return
    if declared.media_type is None:
        return
    wanted = declared.media_type.partition(";")[0].strip().lower()
    if exchange.media_type != wanted:
        yield f"a {exchange.status} is {wanted}", wanted, exchange.media_type or "no content type"
    if declared.schema is None:
        return
    value = exchange.json
    if value is MISSING:
        yield f"a {exchange.status} is JSON", "JSON", exchange.answer()[:80]
        return
    for error in declared.schema.errors(value):
        yield f"a {exchange.status} is as its schema says", f"{error.pointer or '/'} as {error.location}", error.message


def header_faults(operation: Operation, exchange: Exchange) -> Iterator[Fault]:
    """What is wrong with its headers."""
    declared = operation.responses.get(exchange.status)
    for header in declared.described if declared is not None else ():
        value = exchange.headers.get(header.name.lower())
        if value is not None:
            yield from _malformed(header, value, exchange)
        elif header.required:
            yield f"a {exchange.status} has the headers that are declared for it", header.name, "none of that name"


def _malformed(header: Header, value: str, exchange: Exchange) -> Iterator[Fault]:
    if header.schema is not None:
        kinds = header.schema.types
        read: Any = int(value) if "integer" in kinds and _INTEGER.fullmatch(value) else value
        read = value == "true" if "boolean" in kinds and value in {"true", "false"} else read
        for error in header.schema.errors(read, first=True):
            yield f"`{header.name}` is as its schema says", error.message, value
    name = header.name.lower()
    sent = exchange.request_headers.get(name)
    if name == REQUEST_ID and sent is not None and value != sent:
        yield f"`{header.name}` of a request comes back", sent, value
    if name in {REQUEST_ID, "location"} and not value:
        yield f"`{header.name}` is not empty", "a value", "nothing"
    if name == "www-authenticate" and not _CHALLENGE.fullmatch(value):
        yield f"`{header.name}` names the scheme of a bearer token", "Bearer", value
