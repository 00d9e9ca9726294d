"""A mock on real sockets, in this process, whose answers a test may change: a service with a fault of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings
from harness.inside import inside
from harness.platform import contract

DELAY = 0.05  # seconds until a payment has its outcome
Rewrite = Callable[[httpx.Request, httpx.Response], httpx.Response | None]


class Server(ThreadingHTTPServer):
    """One service; it lets as many wait as a suite calls at once."""

    request_queue_size = 128


@contextmanager
def meddled(rewrite: Rewrite = lambda _request, _answered: None) -> Iterator[dict[str, str]]:
    """The URL of each service; `rewrite` sees each answer as it is, and may give another one."""
    engine = Engine(contract(), Settings(payment_delay=DELAY), load_scenario("empty"))
    with ExitStack() as stack:
        urls = {}
        for service, transport in inside(engine).items():
            server = stack.enter_context(Server(("127.0.0.1", 0), _handler(transport, rewrite)))
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            urls[service] = f"http://127.0.0.1:{server.server_port}"
        yield urls


def _handler(transport: httpx.BaseTransport, rewrite: Rewrite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            url = f"http://{self.headers.get('host')}{self.path}"
            request = httpx.Request(self.command, url, headers=list(self.headers.items()), content=content)
            answered = transport.handle_request(request)
            answered.read()
            answered = rewrite(request, answered) or answered
            self.send_response_only(answered.status_code)
            for name, value in answered.headers.items():
                if name not in ("content-length", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answered.content)))
            self.end_headers()
            self.wfile.write(answered.content)

        def log_message(self, *_: object) -> None:
            pass

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler
