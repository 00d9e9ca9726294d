"""Whatever goes wrong, as RFC 9457 has it."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from reference_services.faults import Faults
from reference_services.styles import allowed_methods, own_not_found

TITLES: Final[Mapping[str, str]] = {
    "BAD_REQUEST": "Bad request",
    "UNAUTHORIZED": "Unauthorized",
    "FORBIDDEN": "Forbidden",
    "NOT_FOUND": "Not found",
    "METHOD_NOT_ALLOWED": "Method not allowed",
    "CONFLICT": "Conflict",
    "UNSUPPORTED_MEDIA_TYPE": "Unsupported media type",
    "VALIDATION_ERROR": "Validation error",
    "IDEMPOTENCY_KEY_REUSED": "Idempotency key reused",
    "INTERNAL_ERROR": "Internal server error",
    "SERVICE_UNAVAILABLE": "Service unavailable",
    "USER_001": "Email already exists",
    "USER_002": "Username already exists",
    "USER_003": "Invalid verification token",
    "USER_004": "User not found",
    "ORDER_001": "Invalid user ID",
    "ORDER_002": "Empty order items",
    "ORDER_003": "Order not found",
    "ORDER_004": "Order cannot be modified",
    "PAY_001": "Invalid payment method",
    "PAY_002": "Insufficient funds",
    "PAY_003": "Payment already processed",
    "PAY_004": "Refund not allowed",
}
# The code of a property that is missing or breaks its schema, where the contract names one; all others are general.
PROPERTY_CODES: Final[Mapping[str, str]] = {"userId": "ORDER_001", "items": "ORDER_002", "paymentMethod": "PAY_001"}
_TAGS: Final = ("credit_card", "debit_card", "paypal", "bank_transfer")

log = logging.getLogger(__name__)


class ProblemError(Exception):
    """A request is refused. `errors` are pairs of a JSON pointer and what is wrong there, always given with 422."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})


def unavailable(detail: str, retry_after: float) -> ProblemError:
    """The problem of a service that needs another one, which is down; `retry_after` is in seconds."""
    headers = {"Retry-After": str(max(1, round(retry_after)))}
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", detail, headers=headers)


def render(request: Request, problem: ProblemError) -> JSONResponse:
    """The answer that tells a problem."""
    code = problem.code
    document: dict[str, Any] = {
        "type": f"https://commerce.example/problems/{code.lower().replace('_', '-')}",
        "title": TITLES[code],
        "status": int(problem.status),
        "detail": problem.detail,
        "instance": request.scope.get("raw_path", b"/").decode("ascii", "replace").partition("?")[0],
        "code": code,
    }
    if problem.errors:
        document["errors"] = [{"pointer": pointer, "message": message} for pointer, message in problem.errors]
    faults: Faults = request.app.state.faults
    media_type = "application/json" if faults.on("problem_as_plain_json") else "application/problem+json"
    return JSONResponse(document, problem.status, problem.headers, media_type=media_type)


def _pointer(error: Mapping[str, Any]) -> str:
    place, *parts = error["loc"]
    if place != "body":
        parts = [place, *parts]
    elif "paymentMethod" in parts:
        parts = [part for part in parts if part not in _TAGS]  # pydantic names the chosen member of the union too
        if error["type"].startswith("union_tag"):
            parts.append("type")
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _code(location: Sequence[int | str], path: str) -> str:
    place, *parts = location
    code = PROPERTY_CODES.get(str(parts[0])) if place == "body" and parts else None
    if (code == "ORDER_001" and path != "/api/orders") or (code == "ORDER_002" and len(parts) > 1):
        return "VALIDATION_ERROR"  # only who orders has a code of its own, and only the list of items, not each of them
    return code or "VALIDATION_ERROR"


async def on_problem(request: Request, error: Exception) -> JSONResponse:
    """A request that was refused by a rule."""
    assert isinstance(error, ProblemError)
    return render(request, error)


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """A request that breaks its schema; the first place that is wrong decides the code."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    faults: Faults = request.app.state.faults
    if faults.on("crash_on_missing_property"):
        _ = [each["ctx"] for each in found if each["type"] == "missing"]  # such errors have no context
    # What pydantic calls `input` stays here: it may be a password.
    errors = [(_pointer(each), str(each["msg"])) for each in found]
    detail = f"The request breaks its schema in {len(errors)} {'place' if len(errors) == 1 else 'places'}."
    code = _code(found[0]["loc"], request.url.path)
    return render(request, ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, code, detail, errors))


async def on_http(request: Request, error: Exception) -> JSONResponse:
    """What the router refuses: an unknown path or method."""
    assert isinstance(error, HTTPException)
    if (own := own_not_found(request)) is not None:
        return own
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": allowed_methods(request)}
        detail = "This path does not have this method."
        return render(request, ProblemError(error.status_code, "METHOD_NOT_ALLOWED", detail, headers=headers))
    return render(request, ProblemError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Nothing has this id or path."))


def on_crash(request: Request, error: Exception) -> JSONResponse:
    """A mistake of the service, which its log shows."""
    log.error("a request failed", exc_info=error)
    detail = "The service failed to answer this request."
    return render(request, ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", detail))


def install(app: FastAPI) -> None:
    """Answer every problem of an app in this form."""
    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
