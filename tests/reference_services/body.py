"""Reading JSON bodies: after the caller is known, exactly, and never as something else."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from reference_services.problems import ProblemError

Model = TypeVar("Model", bound=BaseModel)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _parse(content: bytes) -> Any:
    """JSON with exact decimals. Raises a problem where it is none."""
    try:
        value = json.loads(content.decode(), parse_float=Decimal, parse_constant=_constant)
        if b"\\u" in content:
            json.dumps(value, ensure_ascii=False, default=str).encode()  # half a character cannot be sent back
    except (ValueError, ArithmeticError, RecursionError):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "BAD_REQUEST", "The request is malformed and cannot be read."
        ) from None
    return value


def json_body(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that gives the body as a model. Raises problems with 400, 415 and 422."""

    async def read(request: Request) -> Model:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            detail = "The body must be sent as application/json."
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail)
        value = _parse(await request.body())
        request.state.json = value
        try:
            return model.model_validate(value)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from None

    return read
