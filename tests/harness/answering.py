"""Transports of httpx as real servers of this process, for what only speaks HTTP."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body in one packet: the client would wait for the second one
    transport: httpx.BaseTransport

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # whatever the method is
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        target = self.path.encode("latin-1")
        url = httpx.URL("http://localhost").copy_with(raw_path=target)
        request = httpx.Request(
            self.command, url, headers=self.headers.items(), content=content, extensions={"target": target}
        )
        answered = self.transport.handle_request(request)
        body = answered.read()
        self.send_response(answered.status_code)
        for name, value in answered.headers.multi_items():
            if name.lower() not in {"content-length", "transfer-encoding"}:
                self.send_header(name, value)
        if answered.status_code != httpx.codes.NO_CONTENT:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def answering(transports: Mapping[str, httpx.BaseTransport]) -> Iterator[Mapping[str, str]]:
    """Where each of them answers, while it lasts."""
    with ExitStack() as stack:
        urls = {}
        for name, transport in transports.items():
            handler = type("Handler", (_Handler,), {"transport": transport})
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
            server.daemon_threads = True
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            stack.callback(server.shutdown)
            urls[name] = f"http://127.0.0.1:{server.server_address[1]}"
        yield urls
