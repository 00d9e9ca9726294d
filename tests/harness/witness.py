"""A judge of any server's answers and events: does the contract declare what came?"""

import re
from collections.abc import Mapping
from typing import Any, Final

import httpx
import orjson

from commerce_contract import Contract, Operation, Schema

_BY_STATUS: Final = {201: "location", 401: "www-authenticate", 405: "allow", 503: "retry-after"}
_HEADERS: Final = ("ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time", "correlation-id", "traceparent")


class Witness:
    """Examines what it is shown, and remembers which codes it saw; lives as long as a test module."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.codes: set[tuple[str, str]] = set()
        """Operation and problem code."""

    def operation(self, service: str, method: str, path: str) -> Operation | None:
        """What a request asks for; what has no parameters at a place wins."""
        found = [
            each
            for each in self._contract.services[service].operations
            if each.method == method and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", each.path), path)
        ]
        return min(found, key=lambda each: each.path.count("{"), default=None)

    def answer(self, service: str, answered: httpx.Response) -> None:
        """Examine an answer of a service."""
        request, status = answered.request, answered.status_code
        operation = self.operation(service, request.method, request.url.path)
        said = f"{request.method} {request.url.path} {status}: {answered.text}"
        assert answered.headers["x-request-id"], said
        if (header := _BY_STATUS.get(status)) is not None and not (status == 503 and operation is None):
            assert answered.headers.get(header), said
        media_type = answered.headers["content-type"].partition(";")[0]
        if operation is None:
            assert media_type == "application/problem+json", said
            assert answered.json()["code"] in self._contract.problems, said
            return
        assert status in operation.responses, said
        declared = operation.responses[status]
        assert media_type == declared.media_type, said
        if declared.schema is not None:
            self._valid(declared.schema, answered.content, said)
        if media_type == "application/problem+json":
            problem = answered.json()
            assert operation.problems[problem["code"]].title == problem["title"], said
            self.codes.add((operation.name, problem["code"]))

    def event(self, stream: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Examine an entry of a stream; its payload."""
        event = self._contract.events[fields["event_type"]]
        assert event.channel == stream, fields
        headers = {name: fields[name] for name in _HEADERS if name in fields}
        payload = {name: value for name, value in fields.items() if name not in headers}
        payload["data"] = orjson.loads(fields["data"])
        assert event.headers is not None
        self._valid(event.headers, orjson.dumps(headers), str(fields))
        self._valid(event.payload, orjson.dumps(payload), str(fields))
        assert set(payload) <= set(event.payload.properties), fields
        assert set(payload["data"]) <= set(event.payload.properties["data"].properties), fields
        assert headers["ce-type"] == event.type, fields
        assert headers["ce-source"] == f"/{event.service}", fields
        return dict(payload)

    @staticmethod
    def _valid(schema: Schema, content: bytes, said: str) -> None:
        errors = schema.errors(orjson.loads(content))
        assert not errors, f"{said}: {errors}"
