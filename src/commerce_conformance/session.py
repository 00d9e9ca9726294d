"""The suite's way to the services: every request that it makes goes through here, and is seen by every watcher."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import partial
from threading import Barrier, Lock
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

import httpx
import orjson

from commerce_conformance.exchange import Exchange
from commerce_conformance.identity import ANONYMOUS, Identity
from commerce_conformance.settings import Settings
from commerce_conformance.tap.tapped import Tap
from commerce_contract import Contract, Operation

MOST_AT_ONCE: Final = 16
Watcher = Callable[[Exchange], None]
_NOTHING: Final[Any] = object()
# What the law that is being tested has asked for; laws run beside each other.
ASKED: Final[ContextVar[list[Exchange]]] = ContextVar("asked", default=[])  # noqa: B039 - only read by who sets it anew
_MALFORMED: Final = re.compile("%(?![0-9A-Fa-f]{2})")
T = TypeVar("T")


class Session:
    """Sends requests to the services of one run; lives as long as it, safe between threads.

    `transports` replace the network for a service (a mock in the same process). Every exchange goes to `watchers`, and
    into `seen`. `tap` hears the platform's events, None where nobody said where they are.
    """

    def __init__(
        self, contract: Contract, settings: Settings, transports: Mapping[str, httpx.BaseTransport] | None = None
    ) -> None:
        self.contract = contract
        self.seen: list[Exchange] = []
        self.tap: Tap | None = None
        self.watchers: list[Watcher] = [self.seen.append]
        limits = httpx.Limits(max_connections=2 * MOST_AT_ONCE, max_keepalive_connections=2 * MOST_AT_ONCE)
        self._clients = {
            name: httpx.Client(
                base_url=url,
                timeout=settings.timeout,
                limits=limits,
                follow_redirects=False,
                trust_env=False,
                transport=(transports or {}).get(name),
            )
            for name, url in settings.urls.items()
        }
        self._gate = Lock()
        self._pool = ThreadPoolExecutor(4 * MOST_AT_ONCE, thread_name_prefix="conformance")

    def close(self) -> None:
        """Let all connections go."""
        self._pool.shutdown(cancel_futures=True)
        for client in self._clients.values():
            client.close()
        if self.tap is not None:
            self.tap.close()

    def reaches(self, service: str) -> bool:
        """Whether the address of a service is known."""
        return service in self._clients

    def call(  # noqa: PLR0913 - all that a request can have
        self,
        operation: Operation,
        path: Mapping[str, str] | Sequence[str] = (),
        body: Any = _NOTHING,
        *,
        by: Identity = ANONYMOUS,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Exchange:
        """Call an operation: `body` is sent as JSON, `content` as it is. Raises httpx.HTTPError without an answer."""
        target = filled(operation.path, path) + (f"?{urlencode(query)}" if query else "")
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if body is not _NOTHING:
            content = orjson.dumps(body)
        if content is not None:
            sent.setdefault("content-type", operation.body.media_type if operation.body else "application/json")
        return self.raw(operation.service, operation.method, target, sent, content, by=by, operation=operation)

    def raw(  # noqa: PLR0913 - all that a request can have
        self,
        service: str,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        *,
        by: Identity = ANONYMOUS,
        operation: Operation | None = None,
    ) -> Exchange:
        """Send a request as it is, to a target that is escaped already. Raises httpx.HTTPError without an answer."""
        client = self._clients[service]
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        if by.header is not None:
            sent.setdefault("authorization", by.header)
        request = client.build_request(method, target, headers=sent, content=content)
        if _MALFORMED.search(target):  # httpx would mend it
            base = client.base_url.raw_path.rstrip(b"/")
            request.extensions = {**request.extensions, "target": base + target.encode("ascii")}
        started = time.monotonic()
        answered = client.send(request)
        exchange = Exchange(
            operation=operation,
            identity=by,
            method=method,
            url=str(request.url),
            request_headers=sent,
            sent=content or b"",
            status=answered.status_code,
            headers={name.lower(): value for name, value in answered.headers.items()},
            body=answered.content,
            started=started,
            seconds=time.monotonic() - started,
        )
        for watch in self.watchers:
            watch(exchange)
        ASKED.get().append(exchange)
        return exchange

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Make several calls at the same moment, at most `MOST_AT_ONCE`; their results in the order of the calls."""
        barrier = Barrier(len(calls))

        def start(call: Callable[[], T]) -> T:
            barrier.wait(timeout=MOST_AT_ONCE)
            return call()

        with self._gate:  # two laws that each had a part of the threads would wait for ever
            return self.beside([partial(start, call) for call in calls])

    def beside(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Do several things beside each other, such as waiting; their results in the order of the calls."""
        context = copy_context()
        futures = [self._pool.submit(context.copy().run, call) for call in calls]
        return [future.result() for future in futures]


def filled(path: str, values: Mapping[str, str] | Sequence[str]) -> str:
    """A path with its parameters filled in, by name or in their order, each escaped."""
    parts = path.split("/")
    given = iter(values.values() if isinstance(values, Mapping) else values)
    for index, part in enumerate(parts):
        if part.startswith("{"):
            value = values[part[1:-1]] if isinstance(values, Mapping) else next(given)
            parts[index] = quote(str(value), safe="")
    return "/".join(parts)
