"""The conformance suite on a mock in the same process: whole, or with what a test breaks."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx

from commerce_conformance.law import Finding, Law
from commerce_conformance.laws import LAWS
from commerce_conformance.runner import Suite
from commerce_conformance.settings import Credentials, Settings
from commerce_conformance.supply import Supply
from commerce_contract import Contract
from commerce_mock.auth import DEVELOPMENT_SECRET
from commerce_mock.call import Rule
from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings as MockSettings
from harness.inside import inside
from harness.platform import contract as platform_contract

_CARD = {"type": "credit_card", "expiryMonth": "12", "expiryYear": "2030", "cvv": "123"}
# What makes a payment fail a little later, and at once, as a team writes it into conformance.toml.
FAILING: Mapping[str, Mapping[str, Any]] = {
    "payments.failed": {"paymentMethod": {**_CARD, "cardNumber": "4000000000000341"}},
    "payments.PAY_002": {"paymentMethod": {**_CARD, "cardNumber": "4000000000009995"}},
}
DELAY = 0.1  # seconds until a payment has its outcome
ADMIN = "admin"  # the mock's own service, which no other has
Transport = Callable[[httpx.BaseTransport], httpx.BaseTransport]


def settings(contract: Contract | None = None, **changes: Any) -> Settings:
    """How the suite is told of a mock: the services at their documented ports, the development secret."""
    services = (contract or platform_contract()).services.values()
    told: dict[str, Any] = {
        "urls": {s.name: f"http://localhost:{s.port}" for s in services if s.name != ADMIN},
        "credentials": Credentials(secret=DEVELOPMENT_SECRET),
        "states": FAILING,
        "patience": 2.0,
    }
    return Settings(**{**told, **changes})


def suite(
    *laws: Law,
    rules: Mapping[str, Rule] | None = None,
    wrapped: Transport | None = None,
    contract: Contract | None = None,
    **changes: Any,
) -> Suite:
    """A suite on a new mock. `rules` replace the mock's own, `wrapped` stands between suite and mock."""
    contract = contract or platform_contract()
    engine = Engine(contract, MockSettings(payment_delay=DELAY), load_scenario("empty"), rules)
    transports = inside(engine)
    if wrapped is not None:
        transports = {name: wrapped(transport) for name, transport in transports.items()}
    return Suite(contract, settings(contract, **changes), transports, laws or LAWS)


def findings(*laws: Law, **changes: Any) -> Sequence[Finding]:
    """What a suite finds."""
    made = suite(*laws, **changes)
    try:
        return made.run().findings
    finally:
        made.close()


def supply(**changes: Any) -> Supply:
    """Fresh data of a new mock, without a suite."""
    made = suite(**changes)
    return made.supply


class Rewriting(httpx.BaseTransport):
    """Lets `rewrite` change each answer of another transport; lives as long as the suite."""

    def __init__(
        self, inner: httpx.BaseTransport, rewrite: Callable[[httpx.Request, httpx.Response], httpx.Response | None]
    ) -> None:
        self._inner = inner
        self._rewrite = rewrite

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answered = self._inner.handle_request(request)
        return self._rewrite(request, answered) or answered


def rewriting(rewrite: Callable[[httpx.Request, httpx.Response], httpx.Response | None]) -> Transport:
    """For `wrapped`: answers as `rewrite` wants them, or as they are where it returns None."""
    return lambda inner: Rewriting(inner, rewrite)


def changing(change: Callable[[Any, httpx.Request], Any], method: str, path: str, status: int = 0) -> Transport:
    """For `wrapped`: the JSON of answers to a method below a path is as `change` makes it.

    Without a status these are successes only.
    """

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        meant = answered.status_code == status if status else answered.is_success
        if not meant or request.method != method or not request.url.path.startswith(path):
            return None
        headers = {name: value for name, value in answered.headers.items() if name != "content-length"}
        content = json.dumps(change(answered.json(), request)).encode()
        return httpx.Response(answered.status_code, headers=headers, content=content)

    return rewriting(rewrite)


def told(law: Law, operation: str, *others: Law, **changes: Any) -> set[str]:
    """What a law says of one operation, once each, after `others` on its service."""
    changes.setdefault("services", frozenset({operation.partition(".")[0]}))
    found = findings(*others, replace(law, applies=lambda contract: [contract.operations[operation]]), **changes)
    return {f.message for one in found if one.key == f"{law.name}[{operation}]" for f in one.failures}
