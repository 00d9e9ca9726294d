"""What every refusal must be: a problem document as the contract's `common.yaml` has it, and nothing of our insides."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
import yaml
from jsonschema_rs import Draft202012, Draft202012Validator, Registry

from harness.platform import contract

COMMON = "urn:common"
# What a traceback or the name of a Python exception looks like.
INSIDES = (b"Traceback", b'File "', b".py", b"Error(", b"Exception")


@cache
def _validator() -> Draft202012Validator:
    document = yaml.safe_load((contract().root / "openapi" / "common.yaml").read_text())
    registry = Registry([(COMMON, document)], draft=Draft202012)
    return Draft202012Validator(
        {"$ref": f"{COMMON}#/components/schemas/Problem"}, registry=registry, validate_formats=True
    )


def problem(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The problem document of a refusal; fails where the answer is none, tells our insides or blames the server."""
    assert 400 <= status < 500, (status, body[:300])
    assert headers["content-type"] == "application/problem+json", (status, headers)
    assert not any(trace in body for trace in INSIDES), body[:300]
    document: dict[str, Any] = orjson.loads(body)
    _validator().validate(document)
    assert document["status"] == status
    if status == 422:
        assert document["errors"]
    return document
