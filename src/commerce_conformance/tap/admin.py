"""Events from the log of a mock, by its admin API."""

from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from commerce_conformance.tap.tapped import CAUSE, HEADER_TYPE, ID, Tap
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import MISSING, Contract

PATH: Final = "/__admin/events"
_PAGE: Final = 100
_TIMEOUT: Final = 10.0  # seconds
_HEADERS: Final = {"id": ID, "source": "ce-source", "type": HEADER_TYPE, "time": "ce-time", "correlation_id": CAUSE}


class AdminTap(Tap):
    """Asks for what the log has more than when it was asked last; lives as long as a run."""

    def __init__(self, url: str, name: str, contract: Contract, transport: httpx.BaseTransport | None) -> None:
        super().__init__(name)
        base = url if urlsplit(url).path.rstrip("/").endswith(PATH) else url.rstrip("/") + PATH
        self._url = base
        self._client = httpx.Client(timeout=_TIMEOUT, trust_env=False, transport=transport)
        self._contract = contract
        self._known = 0  # how many events the log had

    def start(self) -> None:
        """From the newest event of the log on. Raises UnreachableError."""
        self._known = self._page(limit=1)[1]

    def pull(self) -> None:
        """Ask for what the log has more than it had, the newest first as it comes, and take the oldest first."""
        page, total = self._page(limit=_PAGE)
        new, moved = max(total - self._known, 0), 0  # what is published meanwhile moves all pages on
        came = page[:new]
        while page and len(came) < new:
            page, now = self._page(limit=_PAGE, offset=len(came) + moved)
            came += page[now - total - moved :][: new - len(came)]
            moved = now - total
        for event in reversed(came):
            self.keep(str(event.get("channel")), event.get("payload"), self._headers(event).items())
        self._known = total

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def _page(self, **query: int) -> tuple[list[dict[str, Any]], int]:
        """A page of the log, and how many events it has in all."""
        try:
            answered = self._client.get(self._url, params=query)
            answered.raise_for_status()
            said = answered.json()
            events: list[dict[str, Any]] = [dict(event) for event in said["events"]]
            total = int(said["total"])
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
            raise UnreachableError(
                f"{self.name} gives no log of events: {type(error).__name__}", "give a mock's address, with its port"
            ) from None
        return events, total

    def _headers(self, event: dict[str, Any]) -> dict[str, str]:
        """What travels beside the payload; a log leaves out what is the same for all, which the contract says."""
        declared = self._contract.events.get(str(event.get("type")))
        names = declared.headers.properties if declared is not None and declared.headers is not None else {}
        same = {name: str(part.const) for name, part in names.items() if part.const is not MISSING}
        own = {_HEADERS.get(name, name): str(value) for name, value in event.items()}
        return {**same, **{name: value for name, value in own.items() if name in names or name in _HEADERS.values()}}


def tap(url: str, name: str, contract: Contract, transport: httpx.BaseTransport | None) -> Tap:
    """The tap."""
    return AdminTap(url, name, contract, transport)
