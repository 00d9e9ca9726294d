"""One request at a time to a running server: for users, for orders, for the proof of the work; never measured."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from benchmarks.failure import BenchmarkError

_PATIENCE_SECONDS = 10


@contextmanager
def connect(port: int) -> Iterator[httpx.Client]:
    """Open a connection to a port of the loopback inside the block; BenchmarkError where it breaks."""
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_SECONDS) as connection:
            yield connection
    except httpx.HTTPError as error:
        message = f"port {port} did not answer one request at a time: {error!r}; run the server by hand and try it"
        raise BenchmarkError(message) from error


def expect(answer: httpx.Response, status: int) -> None:
    """Insist on a status; BenchmarkError with request and answer otherwise."""
    if answer.status_code != status:
        message = f"{answer.request.method} {answer.url} answered {answer.status_code}, not {status}: {answer.text}"
        raise BenchmarkError(message)
