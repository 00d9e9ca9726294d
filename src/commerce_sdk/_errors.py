"""The handwritten part of the error tree; the class of each problem code stands below, in `_generated/errors.py`.

CommerceError
├── InvalidRequestError         the arguments do not make a request; nothing was sent
├── InvalidEventError           a message that is no event
├── TransportError              no usable answer
│   ├── ConnectionFailedError
│   ├── TlsError
│   ├── RequestTimeoutError
│   └── BadResponseError
└── ApiError                    the service answered with a problem
    ├── BadRequestError         400
    ├── UnauthorizedError       401
    ├── ForbiddenError          403
    ├── NotFoundError           404
    ├── MethodNotAllowedError   405
    ├── ConflictError           409
    ├── UnsupportedMediaTypeError 415
    ├── UnprocessableError      422
    ├── RateLimitedError        429
    └── ServerError             5xx
        ├── InternalServerError 500
        └── ServiceUnavailableError 503
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final


class CommerceError(Exception):
    """Whatever this package raises. Keyword arguments become attributes; it can be pickled with them."""

    def __init__(self, message: str = "", **attributes: Any) -> None:
        super().__init__(message)
        self.message = message
        self.__dict__.update(attributes)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        attributes = {name: value for name, value in self.__dict__.items() if name not in {"message", "__notes__"}}
        return partial(type(self), **attributes), (self.message,)


class InvalidRequestError(CommerceError, ValueError):
    """The arguments do not make a request of the operation: nothing was sent. The message says which, and why."""

    operation: str | None = None


class InvalidEventError(CommerceError, ValueError):
    """A message that is no event of the contract; `raw` is what came."""

    raw: Any = None


class TransportError(CommerceError):
    """No usable answer came. `sent` says whether the service may have got the request: with False it surely did not."""

    operation: str | None = None
    sent: bool = True
    attempts: int = 1
    # Whether it may well be different the next time.
    passing = False

    def __str__(self) -> str:
        return f"{self.operation}: {self.message}" if self.operation else self.message


class ConnectionFailedError(TransportError):
    """The connection could not be made (`sent` is False), or broke before the answer was whole."""

    passing = True


class TlsError(TransportError):
    """The connection is not to be trusted, or no encryption could be agreed on. Nothing was sent."""

    sent = False


class RequestTimeoutError(TransportError, TimeoutError):
    """The call's time was over."""

    passing = True


class BadResponseError(TransportError):
    """An answer of success that is not what the contract says: `status` and `raw` are what came."""

    status: int = 0
    raw: Any = None


@dataclass(frozen=True, slots=True)
class FieldError:
    """One place of a request that the service refused: a JSON pointer into the body, or `/query/limit` and the like."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What an answer of failure says, whatever its form (RFC 9457, FastAPI, `{"error": ...}`, HTML, nothing at all).

    `raw` is the decoded body, or its text; secrets of the request that it repeats are taken out.
    """

    code: str | None = None
    title: str | None = None
    detail: str | None = None
    type: str | None = None
    instance: str | None = None
    errors: tuple[FieldError, ...] = ()
    raw: Any = None


_NOTHING: Final = Problem()


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer of failure with where it came from: what an `ApiError` is made of."""

    operation: str
    status: int
    problem: Problem = _NOTHING
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    attempts: int = 1


class ApiError(CommerceError):
    """The service answered with a problem. `code` is what programs look at, None if the answer had none.

    `raw` is the whole answer, `headers` its headers, `attempts` how often the request was sent.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__("")
        problem = failure.problem
        self.failure = failure
        self.operation: str = failure.operation
        self.status: int = failure.status
        self.code: str | None = problem.code
        self.title: str | None = problem.title
        self.detail: str | None = problem.detail
        self.errors: tuple[FieldError, ...] = problem.errors
        self.headers: Mapping[str, str] = failure.headers
        self.raw: Any = problem.raw
        self.attempts: int = failure.attempts

    @property
    def request_id(self) -> str | None:
        """The `X-Request-Id` under which the service knows the request."""
        return self.headers.get("x-request-id")

    def __str__(self) -> str:
        code = f" {self.code}" if self.code else ""
        said = self.detail or self.title
        places = "".join(f"\n  {error.pointer}: {error.message}" for error in self.errors)
        request_id = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.operation}: {self.status}{code}{f' - {said}' if said else ''}{request_id}{places}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.failure,)


class BadRequestError(ApiError):
    """400: the request cannot be read, or says something that never can be."""


class UnauthorizedError(ApiError):
    """401: no token, or one that does not count (any more)."""


class ForbiddenError(ApiError):
    """403: the token is good, but not for this."""


class NotFoundError(ApiError):
    """404: there is no such thing."""


class MethodNotAllowedError(ApiError):
    """405: the path does not have this method."""


class ConflictError(ApiError):
    """409: the present state does not allow it."""


class UnsupportedMediaTypeError(ApiError):
    """415: the body's media type is not understood."""


class UnprocessableError(ApiError):
    """422: the request is readable, but says something wrong; `errors` tells where."""


class RateLimitedError(ApiError):
    """429: too many requests."""


class ServerError(ApiError):
    """5xx: the service failed, not the request."""


class InternalServerError(ServerError):
    """500: the service failed."""


class ServiceUnavailableError(ServerError):
    """503: the service, or one that it needs, is down."""


BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    409: ConflictError,
    415: UnsupportedMediaTypeError,
    422: UnprocessableError,
    429: RateLimitedError,
    500: InternalServerError,
    503: ServiceUnavailableError,
}
