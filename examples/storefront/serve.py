"""Serves the storefront, and tells it where the platform's services are. Usage: python serve.py [PORT]."""

import json
import os
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# The variables, and the addresses where they are not set, are those of the Python client.
SERVICES = {
    name: os.environ.get(f"COMMERCE_{name.upper()}_URL", f"http://127.0.0.1:{port}")
    for name, port in {"users": 3002, "orders": 3001, "payments": 3003}.items()
}


class Storefront(SimpleHTTPRequestHandler):
    """Files of this directory, and `/services.json`."""

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path != "/services.json":
            super().do_GET()
            return
        body = json.dumps(SERVICES).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
with ThreadingHTTPServer(("127.0.0.1", port), partial(Storefront, directory=Path(__file__).parent)) as server:
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201 - whoever starts it reads it
    server.serve_forever()
