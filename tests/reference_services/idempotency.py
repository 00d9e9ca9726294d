"""Requests that may be sent again."""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from reference_services.faults import Faults
from reference_services.problems import ProblemError, render
from reference_services.security import CurrentCaller

_KEPT: Final = 24 * 3600
# A request that one of these refuses was judged by the state that it met, so that is its first answer.
_ANSWERS: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)

Work = Callable[[], Awaitable[Response]]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)]


@dataclass(slots=True)
class _Kept:
    """The first request with a key; `answer` is None while it runs."""

    request: str
    expires: float
    answer: Response | None = None


class Keys:
    """The keys of one service; lives as long as it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], _Kept] = {}

    async def once(self, caller: str, operation: str, key: str, request: str, work: Work) -> Response:
        """The answer of `work`, or the first answer to the same request. Raises problems with 409 and 422."""
        place = (caller, operation, key)
        first = self._kept.get(place)
        if first is not None and first.expires > time.monotonic():
            return _again(first, request)
        kept = self._kept[place] = _Kept(request, time.monotonic() + _KEPT)
        try:
            kept.answer = await work()
        finally:
            if kept.answer is None or (
                kept.answer.status_code >= HTTPStatus.BAD_REQUEST and kept.answer.status_code not in _ANSWERS
            ):
                del self._kept[place]
        return kept.answer


def _again(first: _Kept, request: str) -> Response:
    if first.request != request:
        detail = "This Idempotency-Key was used before with another request."
        errors = [("/header/Idempotency-Key", "was used before with another request")]
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED", detail, errors)
    if first.answer is None:
        detail = "The first request with this Idempotency-Key is still running."
        raise ProblemError(HTTPStatus.CONFLICT, "CONFLICT", detail)
    kept = {name: value for name, value in first.answer.headers.items() if name == "location"}
    headers = {**kept, "Idempotent-Replayed": "true"}
    return Response(first.answer.body, first.answer.status_code, headers, first.answer.media_type)


@dataclass(frozen=True, slots=True)
class Idempotent:
    """The request at hand and its key, if it has one."""

    request: Request
    caller: str
    key: str | None

    async def once(self, work: Work) -> Response:
        """Do the work, unless it was done before under this key."""
        faults: Faults = self.request.app.state.faults
        if self.key is None or faults.on("idempotency_ignored"):
            return await work()
        keys: Keys = self.request.app.state.keys
        caller = "" if faults.on("idempotency_key_shared") else self.caller
        said = json.dumps(self.request.state.json, sort_keys=True, default=str)
        operation: str = self.request.scope["route"].operation_id
        return await keys.once(
            caller, operation, self.key, f"{self.request.url.path} {said}", lambda: self._answer(work)
        )

    async def _answer(self, work: Work) -> Response:
        try:
            return await work()
        except ProblemError as problem:
            return render(self.request, problem)


def idempotent(request: Request, caller: CurrentCaller, key: Key = None) -> Idempotent:
    """A dependency for operations that take the key."""
    return Idempotent(request, caller.id, key)


OnceOnly = Annotated[Idempotent, Depends(idempotent)]


def created(body: Any, location: str, faults: Faults) -> JSONResponse:
    """The answer to a create; `body` is plain JSON."""
    headers = {} if faults.on("location_missing") else {"Location": location}
    return JSONResponse(body, HTTPStatus.CREATED, headers)
