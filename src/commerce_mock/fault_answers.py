"""Answers that no rule makes: what an operation declares, as its documents show it, and what a gateway says."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson

from commerce_contract import Response
from commerce_contract.responses import codes_of
from commerce_mock.fault_effects import Occasion
from commerce_mock.problems import PROBLEM_TYPE, RETRY_SECONDS, Problem, document, reference
from commerce_mock.wire import Header
from commerce_mock.writing import Written, read_paths

NO_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
UNFINISHED = b'{"malformed":'
Headers = Mapping[str, str]


def declared(
    occasion: Occasion, response: Response, example: str | None, headers: Headers
) -> tuple[Written, str | None]:
    """One of the operation's declared answers as this example of it shows it, or the first; and its problem code.

    `headers` stand beside those that the operation declares, or in their place.
    """
    name = example if example is not None else next(iter(response.examples), None)
    shown = response.examples.get(name) if name is not None else None
    codes = codes_of(response)
    code = name if name in codes else next(iter(codes), None)
    if code is not None:
        kind = occasion.operation.problems[code]
        said = {**document(Problem(code), kind, occasion.path), **(shown if isinstance(shown, dict) else {})}
        shown = {**said, "instance": reference(occasion.path)}
    usual = _usual(occasion, response, shown)
    if response.media_type is None or shown is None:
        return (response.status, _merged(usual, headers), b""), code
    body = shown.encode() if isinstance(shown, str) and response.schema is None else orjson.dumps(shown)
    return (response.status, _merged([(b"content-type", response.media_type.encode()), *usual], headers), body), code


def undeclared(status: int, path: str, headers: Headers, detail: str | None = None) -> Written:
    """A problem in HTTP's own words (RFC 9457, `about:blank`), as a gateway before a service answers."""
    known = status in {each.value for each in HTTPStatus}
    title = HTTPStatus(status).phrase if known else "Failure"
    said = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": reference(path)}
    body = orjson.dumps({name: value for name, value in said.items() if value is not None})
    return status, _merged([(b"content-type", PROBLEM_TYPE)], headers), body


def with_status(
    occasion: Occasion, status: int, headers: Headers, detail: str | None = None
) -> tuple[Written, str | None]:
    """The operation's answer of that status as it declares it, else in the words of HTTP; and its problem code."""
    response = occasion.operation.responses.get(status)
    if response is None:
        return undeclared(status, occasion.path, headers, detail), None
    return declared(occasion, response, None, headers)


def malformed(written: Written) -> Written:
    """The same answer with a body that is no JSON any more. One without a body has nothing to spoil."""
    status, headers, body = written
    return written if status in NO_BODY else (status, headers, UNFINISHED + body)


def _usual(occasion: Occasion, response: Response, shown: Any) -> list[Header]:
    """The headers that the operation declares for this answer and every client may need."""
    wanted = {name.lower() for name in response.headers}
    headers: list[Header] = []
    if "retry-after" in wanted:
        headers.append((b"retry-after", b"%d" % RETRY_SECONDS))
    if "www-authenticate" in wanted:
        headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    resource = occasion.operation.resource
    if "location" in wanted and resource is not None and isinstance(shown, dict) and resource.key in shown:
        operations = occasion.contract.operations.values()
        home = read_paths(operations).get(resource.collection, occasion.operation.path)
        headers.append((b"location", f"{home.partition('{')[0]}{shown[resource.key]}".encode()))
    return headers


def _merged(usual: list[Header], given: Headers) -> list[Header]:
    wanted = {name.lower().encode(): value.encode("latin-1") for name, value in given.items()}
    return [*((name, value) for name, value in usual if name not in wanted), *wanted.items()]
