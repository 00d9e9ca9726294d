"""`python -m reference_services --all --redis redis://localhost:6379 --secret … [--fault NAME]`."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from reference_services.faults import FAULTS
from reference_services.serving import NotStartedError, listen, serve_until_told, servers
from reference_services.settings import SERVICES, Settings, Style

_USAGE = 2


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser("reference_services", description="The platform's services, in memory.")
    which = options.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="serve all services in this process")
    which.add_argument("--service", choices=SERVICES, help="serve this one")
    options.add_argument("--port", type=int, help="where, with --service (default: the port of its URL)")
    for name, port in SERVICES.items():
        where = f"where {name} is reached (default: %(default)s)"
        options.add_argument(f"--{name}-url", default=f"http://localhost:{port}", help=where)
    options.add_argument("--redis", required=True, help="the URL of the broker")
    options.add_argument("--secret", required=True, help="what tokens are signed with (HS256)")
    options.add_argument("--payment-delay", type=float, default=0.2, help="seconds until a payment's outcome")
    options.add_argument("--breaker-timeout", type=float, default=30, help="seconds that a breaker stays open")
    options.add_argument("--mailbox", type=Path, help="the file that mails with verification tokens are added to")
    options.add_argument("--style", choices=list(Style), type=Style, default=Style.FASTAPI, help="whose defaults")
    options.add_argument("--fault", action="append", default=[], choices=FAULTS, help="a mistake to make")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; says `ready` on stdout."""
    options = parser().parse_args(arguments)
    urls = {name: getattr(options, f"{name}_url").rstrip("/") for name in SERVICES}
    names = list(SERVICES) if options.all else [options.service]
    if options.port is not None and options.service:
        urls[options.service] = f"http://localhost:{options.port}"
    logging.basicConfig(level=logging.WARNING)
    settings = Settings(
        urls=urls,
        redis=options.redis,
        secret=options.secret,
        payment_delay=options.payment_delay,
        breaker_timeout=options.breaker_timeout,
        mailbox=options.mailbox,
        style=options.style,
        faults=frozenset(options.fault),
    )
    try:
        with ExitStack() as stack:
            sockets = {name: stack.enter_context(listen(urls[name])) for name in names}
            asyncio.run(serve_until_told(servers(names, settings), sockets, _say_ready))
    except (OSError, NotStartedError) as error:
        sys.stderr.write(f"reference_services: cannot start: {error}\n")
        return _USAGE
    return 0


def _say_ready() -> None:
    print("ready", flush=True)  # noqa: T201 - whoever started it waits for this


if __name__ == "__main__":
    sys.exit(main())
