"""What a run is told: where the services are, who may be called as, and what opens what no service shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from commerce_conformance.profiles import PROFILES, Profile

LAWS_ENGINE: Final = "laws"
SCHEMATHESIS: Final = "schemathesis"
ENGINES: Final = (LAWS_ENGINE, SCHEMATHESIS)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How callers are made: a secret that signs HS256 tokens, one or two tokens, or a command that prints one.

    The command has `{user}` and `{role}` in it. Nothing of it is in a repr.
    """

    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    second_token: str | None = field(default=None, repr=False)
    command: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Hook:
    """One entry of `conformance.toml` that opens what a law cannot reach by itself: a command or a URL.

    What it prints or answers is the value; `pattern` (one group) or `pointer` (into JSON) take it out of there.
    `{…}` in it are what the law knows, such as `{user_id}`. A URL is asked with `method`, and sent `body` as JSON where
    `headers` say nothing else.
    """

    command: str | None = None
    url: str | None = None
    method: str = "GET"
    body: str | None = None
    pointer: str | None = None
    pattern: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


# A function stands for a hook where the suite runs in the process of a test.
Hooks = Mapping[str, Hook | Callable[[Mapping[str, str]], str]]


@dataclass(frozen=True, slots=True)
class Settings:
    """One run; lives as long as it.

    `urls` are the services that are tested, by name. `patience` is how long an effect may take that comes by itself, in
    seconds, `timeout` how long one answer may. `hooks` are by name, `states` say for `collection.state` what of the
    creating request makes a resource end there (`{"payments.failed": {"paymentMethod": …}}`). `events` is where the
    services publish: `redis://…`, `amqp://…`, or a mock's admin address `http://…`; it may have a password. `engines`
    are what tests: the laws, and Schemathesis, which makes `examples` requests an operation out of `seed`.
    """

    urls: Mapping[str, str]
    credentials: Credentials = field(default_factory=Credentials)
    profile: Profile = PROFILES["strict"]
    only: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    hooks: Hooks = field(default_factory=dict)
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    events: str | None = field(default=None, repr=False)
    seed: int = 1
    examples: int | None = None
    patience: float = 10.0
    timeout: float = 10.0
    engines: frozenset[str] = frozenset(ENGINES)
