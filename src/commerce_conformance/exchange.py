"""One request and its answer, as laws judge them and reports show them."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from commerce_conformance.identity import Identity
from commerce_contract import MISSING, Operation

_SHOWN: Final = 2000  # characters of a body in a report
_SCHEME: Final = 20  # characters; what is longer and stands alone is a token without its scheme


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; lives as long as the report.

    `operation` is None where the request was made to be of none. Header names are lower case. `started` and `seconds`
    are of the machine's monotonic clock. `body` and `sent` may hold secrets, and are in no repr.
    """

    operation: Operation | None
    identity: Identity
    method: str
    url: str
    request_headers: Mapping[str, str] = field(repr=False)
    sent: bytes = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    started: float
    seconds: float

    @property
    def media_type(self) -> str:
        """The media type without its parameters, empty where the answer names none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """The answer as JSON, `MISSING` where it is none. Numbers with a fraction are doubles, as clients read them."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return MISSING

    @property
    def code(self) -> str | None:
        """The problem's code, where the answer is a problem that has one."""
        value = self.json
        code = value.get("code") if isinstance(value, dict) else None
        return code if isinstance(code, str) else None

    @property
    def pointers(self) -> tuple[str, ...]:
        """Where a 422 says that the request is wrong."""
        value = self.json
        errors = value.get("errors") if isinstance(value, dict) else None
        listed = errors if isinstance(errors, list) else []
        return tuple(str(error.get("pointer")) for error in listed if isinstance(error, dict))

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the HTTP class of success

    def told(self) -> str:
        """The answer in a few words: `409 ORDER_004`."""
        return f"{self.status} {self.code}" if self.code else str(self.status)

    def curl(self) -> str:
        """The request as a command for a shell; tokens are variables that the reader sets."""
        words = ["curl", "-i", "-X", self.method, shlex.quote(self.url)]
        for name, value in self.request_headers.items():
            if name == "authorization":
                words += ["-H", f'"Authorization: {authorization(self.identity, "$")}"']
            else:
                words += ["-H", shlex.quote(f"{name}: {value}")]
        if self.sent:
            words += ["-d", shlex.quote(self.sent.decode("utf-8", "replace")[:_SHOWN])]
        return " ".join(words)

    def answer(self) -> str:
        """The answer's body as text, cut where it is long."""
        text = self.body.decode("utf-8", "replace")
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def authorization(identity: Identity, mark: str) -> str:
    """What a caller sends to say who they are: the scheme, and for the token `mark` and its variable's name."""
    scheme, space, _ = (identity.header or "").partition(" ")
    if space:
        return f"{scheme} {mark}{variable(identity)}"
    return scheme if len(scheme) < _SCHEME else f"{mark}{variable(identity)}"


def variable(identity: Identity) -> str:
    """The name of the shell's variable that holds a caller's token."""
    return "TOKEN_" + "".join(c if c.isalnum() else "_" for c in identity.label).upper()
