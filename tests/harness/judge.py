"""openapi-core as an independent judge: it must agree with the mock on every request and every answer."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, getcontext
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from commerce_contract import Contract
from commerce_mock.auth import ANYONE
from commerce_mock.engine import Engine
from commerce_mock.problems import Problem
from commerce_mock.wire import Request, Response

_MEDIA = ("application/json", "application/problem+json", "application/json-patch+json")


class Disagreement(AssertionError):  # noqa: N818 - a failed test, as AssertionError is
    """The judge and the mock read the contract differently."""


class _Loader(yaml.CSafeLoader):
    """Numbers with a fraction as decimals, because the judge's `multipleOf` is wrong in floating point."""


def _decimal(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


def _json(body: bytes, **_: Any) -> Any:
    return json.loads(body, parse_float=Decimal)


def _text(body: bytes, **_: Any) -> str:
    return body.decode()


def _rename(node: Any, file: str) -> Any:
    """References to other files as references to components that carry the file's name."""
    if isinstance(node, list):
        return [_rename(item, file) for item in node]
    if not isinstance(node, dict):
        return node
    renamed = {key: _rename(value, file) for key, value in node.items()}
    for key, value in renamed.items():
        if key == "$ref" and isinstance(value, str):
            renamed[key] = _renamed(value, file)
        if key == "mapping":
            renamed[key] = {name: _renamed(target, file) for name, target in value.items()}
    return renamed


def _renamed(reference: str, file: str) -> str:
    target, _, pointer = reference.partition("#")
    kind, _, name = pointer.removeprefix("/components/").partition("/")
    return f"#/components/{kind}/{Path(target or file).stem}.{name}"


@cache
def _openapi(folder: Path, file: str) -> OpenAPI:
    """One document with the components of all others, without security (the mock's own tests are about that)."""
    read = {path.name: yaml.load(path.read_text(), _Loader) for path in sorted(folder.glob("*.yaml"))}  # noqa: S506 - a safe loader
    components: dict[str, dict[str, Any]] = {}
    for name, document in read.items():
        for kind, members in document.get("components", {}).items():
            for key, member in members.items():
                components.setdefault(kind, {})[f"{Path(name).stem}.{key}"] = _rename(member, name)
    whole = {
        **_rename(read[file], file),
        "components": components,
        "servers": [{"url": "http://localhost"}],
        "security": [],
    }
    for item in whole["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    config = Config(
        extra_media_type_deserializers={**dict.fromkeys(_MEDIA, _json), "text/event-stream": _text},
        spec_validator_cls=None,  # type: ignore[arg-type] # None means: do not validate the document once more
    )
    return OpenAPI.from_dict(whole, config=config)


class Judge:
    """Examines exchanges of one contract; lives as long as the test process."""

    def __init__(self, contract: Contract) -> None:
        self._sites = {
            name: (contract.root / service.documents[0]).resolve() for name, service in contract.services.items()
        }

    def examine(self, engine: Engine, request: Request, response: Response) -> None:
        """Raise Disagreement where the judge sees the request or the answer otherwise than the mock did."""
        try:
            operation, path = engine.routes[request.service].match(request.method, request.path)
        except Problem:
            return
        site = self._sites[operation.service]
        precision = getcontext().prec
        asked = _Asked(
            request.method.lower(), request.path, request.query, tuple(sorted(request.headers.items())), request.body
        )
        try:
            engine.behaviour.handlers[operation.name].reader.read(request, path, ANYONE)
        except Problem as problem:
            # What JSON itself forbids, or leaves open and the mock refuses, is not the judge's matter.
            if problem.code != "BAD_REQUEST" and _of_request(site, asked, precision) is None:
                raise Disagreement(f"only the mock refuses {operation.name}: {problem.errors or problem}") from None
        else:
            error = _of_request(site, asked, precision)
            if error is not None:
                raise Disagreement(f"only the judge refuses {operation.name}: {error}")
        said = _Said(response.status, tuple(map(_timeless, response.headers)), response.body)
        error = _of_answer(site, replace(asked, query=b"", headers=(), body=b""), said, precision)
        if error is not None:
            raise Disagreement(f"the judge refuses the answer {response.status} of {operation.name}: {error}")


def _timeless(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """The header with other numbers where they say how long the answer took: only their form is the judge's matter."""
    name, value = header
    return (name, re.sub(rb"\d+", b"1", value)) if name == b"server-timing" else header


# Tests send the same requests to worlds that answer the same to the byte, and the judge takes longer than all else.
@lru_cache(8192)
def _of_request(site: Path, asked: "_Asked", _precision: int) -> str | None:
    """What the judge has against a request; `_precision` is that of the decimals with which it reckons."""
    return _complaint(_openapi(site.parent, site.name).validate_request, asked.mock())


@lru_cache(8192)
def _of_answer(site: Path, asked: "_Asked", said: "_Said", _precision: int) -> str | None:
    """The same of an answer, for which only the method and the path of what was asked matter."""
    return _complaint(_openapi(site.parent, site.name).validate_response, asked.mock(), said.mock())


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as a value."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def mock(self) -> MockRequest:
        headers = {name.decode(): value.decode("latin-1") for name, value in self.headers}
        return MockRequest(
            "http://localhost",
            self.method,
            self.path,
            args=dict(part.split("=", 1) for part in self.query.decode().split("&") if "=" in part),
            headers=headers,
            data=self.body or None,
            content_type=headers.get("content-type", ""),
        )


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer as a value."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def mock(self) -> MockResponse:
        headers = {name.decode(): value.decode("latin-1") for name, value in self.headers}
        return MockResponse(self.body, self.status, headers=headers, content_type=headers.get("content-type", ""))


def _complaint(check: Any, *exchange: Any) -> str | None:
    try:
        check(*exchange)
    except OpenAPIError as error:
        details: Iterable[Any] = getattr(error.__cause__, "schema_errors", ())
        return f"{error!r}: {error.__cause__!r} {[str(detail.message) for detail in details]}"
    return None
