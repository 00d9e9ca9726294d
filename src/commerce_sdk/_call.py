"""A call from its arguments to its value: attempts, waits and what becomes of answers. The heart of the client.

It is told once, as a generator of steps; `_client.py` has the two drivers.
"""

import logging
from http import HTTPStatus
from typing import Any, Final

from commerce_sdk import _json
from commerce_sdk._answer import Exchange, tell
from commerce_sdk._core import Core
from commerce_sdk._deadline import ends_at
from commerce_sdk._errors import ApiError, BadResponseError, CommerceError, RequestTimeoutError, TransportError
from commerce_sdk._message import Request, Response
from commerce_sdk._operation import Move
from commerce_sdk._problem import api_error
from commerce_sdk._request import Call, path_of, prepare
from commerce_sdk._retry import delay, is_ambiguous, may_repeat
from commerce_sdk._secrecy import credentials_of, hide, secrets_of
from commerce_sdk._steps import Send, Sleep, Steps, Token

_log: Final = logging.getLogger("commerce_sdk")


def perform(core: Core, call: Call) -> Steps[Any]:
    """Make a call; gives its value.

    Raises `InvalidRequestError` before anything is sent, `ApiError` and `TransportError` when no attempt is left.
    """
    return (yield from Attempts(core, call).value())


class Attempts:
    """The attempts of one call; lives until it is answered."""

    def __init__(self, core: Core, call: Call) -> None:
        self.core = core
        self.call = call
        self.operation = call.operation
        self.began = core.clock.monotonic()
        self.end = ends_at(core.clock, core.timeout if call.timeout is None else call.timeout)
        self.prepared = prepare(call, core.package, core.url(call.operation.service), core.headers)
        self.number = 0
        self.retries = 0
        self.token: str | None = None
        self.renewed = False
        # Whether an earlier attempt may have had its effect, though nobody told.
        self.ambiguous = False

    def value(self) -> Steps[Any]:
        """What the call gives."""
        while isinstance(outcome := (yield from self.attempt()), CommerceError):
            yield from self.back_off(outcome)
        self.core.budget.give_back()
        value = self.read(outcome)
        tell(Exchange(outcome.status, outcome.headers, self.core.clock.monotonic() - self.began, self.number))
        return value

    def attempt(self) -> Steps[Response | CommerceError]:
        """Send the request once more; gives the answer of success, or what went wrong."""
        if self.operation.secured and self.token is None:
            self.token = yield Token()
        try:
            response = yield from self.send(self.prepared.url, self.operation.method, self.prepared.body)
        except TransportError as error:
            error.attempts = self.number
            return error
        if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            return response
        if response.status == HTTPStatus.UNAUTHORIZED and self.may_renew():
            self.renewed = True
            self.token = yield Token(stale=self.token)
            return (yield from self.attempt())
        if response.status == HTTPStatus.CONFLICT and self.ambiguous and self.operation.move:
            moved = yield from self.look(self.operation.move)
            if moved is not None:
                return moved
        name, secrets = self.operation.name, self.secrets()
        problem = api_error(name, response, self.core.codes, attempts=self.number, secrets=secrets)
        if response.status == HTTPStatus.UNAUTHORIZED and not self.core.tokens.given:
            problem.add_note(f"The client has no token: give it token=..., or set {self.core.prefix}_TOKEN.")
        return problem

    def send(self, url: str, method: str, body: bytes | None) -> Steps[Response]:
        """One request, within what is left of the call's time."""
        self.number += 1
        now = self.core.clock.monotonic()
        if now >= self.end:
            raise RequestTimeoutError(
                "the time of the call is over", operation=self.operation.name, sent=self.ambiguous
            )
        headers = self.prepared.headers
        if self.token is not None:
            headers = {**headers, "Authorization": f"Bearer {self.token}"}
        request = Request(self.operation, method, url, headers, body, self.number, self.end - now)
        response: Response = yield Send(request)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(
                "%s attempt %d: %d in %.1f ms, request %s",
                self.operation.name,
                self.number,
                response.status,
                (self.core.clock.monotonic() - now) * 1000,
                response.headers.get("x-request-id", "-"),
            )
        return response

    def may_renew(self) -> bool:
        """Whether a new token may help, once a call."""
        return self.operation.secured and self.core.tokens.renewable and not self.renewed

    def look(self, move: Move) -> Steps[Response | None]:
        """See whether the resource is where an unanswered attempt should have moved it; gives its reading if it is.

        A move cannot be made twice: the second attempt is refused, though the first had its effect.
        """
        body = self.call.body if isinstance(self.call.body, dict) else {}
        target = move.target or body.get(move.given)
        url = self.core.url(self.operation.service) + path_of(self.operation, move.read, self.call.path)
        response = yield from self.send(url, "GET", None)
        try:
            resource = _json.decode(response.body)
        except ValueError:
            return None
        is_there = (
            response.status == HTTPStatus.OK and isinstance(resource, dict) and resource.get(move.state) == target
        )
        return response if is_there else None

    def back_off(self, failure: CommerceError) -> Steps[None]:
        """Wait before the next attempt; raises the failure if there is to be none."""
        core = self.core
        self.ambiguous = self.ambiguous or is_ambiguous(failure)
        if self.retries >= core.max_retries or not may_repeat(self.operation, failure):
            raise failure
        self.retries += 1
        seconds = delay(failure, self.retries, core.clock)
        if core.clock.monotonic() + seconds >= self.end or not core.budget.take():
            raise failure
        status = failure.status if isinstance(failure, ApiError) else type(failure).__name__
        _log.info("%s attempt %d: %s, next one in %.2f s", self.operation.name, self.number, status, seconds)
        yield Sleep(seconds)

    def read(self, response: Response) -> Any:
        """The value of an answer of success. Raises `BadResponseError` if it is not what the contract says."""
        result = self.operation.result
        if result is None:
            return None
        if result == "bytes":
            return response.body
        if result == "text":
            return response.body.decode(errors="replace")
        from pydantic import ValidationError  # noqa: PLC0415 - not imported before a call needs it

        from commerce_sdk._codec import faults, validator  # noqa: PLC0415 - the same

        raw: Any = None
        try:
            raw = _json.decode(response.body)
            return validator(self.core.package, result)(raw, by_alias=True, by_name=False)
        except ValidationError as error:
            message = f"the answer is not what the contract says: {faults(error)}"
        except ValueError:
            raw = response.body.decode(errors="replace")
            message = f"the answer is not JSON ({response.headers.get('content-type', 'of no media type')})"
        raise BadResponseError(
            message,
            operation=self.operation.name,
            status=response.status,
            raw=hide(raw, self.secrets()),
            attempts=self.number,
        )

    def secrets(self) -> frozenset[str]:
        """What of the request must not be told on: hidden strings of the body, and who calls."""
        token = () if self.token is None else (self.token,)
        prepared = self.prepared
        return frozenset((*secrets_of(prepared.model), *credentials_of(prepared.headers), *token)) - {""}
