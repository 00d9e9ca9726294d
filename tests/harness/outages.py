"""The law of dependencies on a mock in the same process: what takes its services down, and what a test breaks then."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from commerce_conformance.law import Finding
from commerce_conformance.laws import dependencies
from commerce_conformance.runner import Suite
from commerce_conformance.settings import Hooks
from commerce_mock.engine import Engine
from commerce_mock.scenario import load_scenario
from commerce_mock.settings import Settings as MockSettings
from harness.conforming import Rewriting, settings
from harness.inside import Inside, inside
from harness.platform import contract

Change = Callable[[httpx.Request, httpx.Response, bool], httpx.Response | None]
Changed = Callable[[Hooks], Mapping[str, Any]]
OPEN_FOR = 30  # seconds, as the document of the payment service says of its breakers


def outage_hooks(engine: Engine) -> Hooks:
    """The hooks of `conformance.toml`, as functions; a recovery lets time pass until breakers open half."""

    def ask(method: str, path: str, body: object) -> str:
        with httpx.Client(transport=Inside(engine, "admin"), base_url="http://localhost") as client:
            return client.request(method, path, json=body).raise_for_status().text

    def outage(known: Mapping[str, str]) -> str:
        return ask("PUT", f"/__admin/services/{known['service']}", {"up": False})

    def recovery(known: Mapping[str, str]) -> str:
        ask("PUT", f"/__admin/services/{known['service']}", {"up": True})
        return ask("POST", "/__admin/clock/advance", {"seconds": OPEN_FOR})

    return {"outage": outage, "recovery": recovery}


def outages(change: Change | None = None, hooks: Changed = dict, **told: Any) -> Sequence[Finding]:
    """What the law finds on a mock whose answers a test changes; it is told whether something is down."""
    engine = Engine(contract(), MockSettings(), load_scenario("empty"))

    def rewrite(request: httpx.Request, answered: httpx.Response) -> httpx.Response | None:
        return None if change is None else change(request, answered, bool(engine.world.down))

    transports = {name: Rewriting(each, rewrite) for name, each in inside(engine).items()}
    known = hooks(outage_hooks(engine))
    made = Suite(contract(), settings(**{"patience": 0.02, "hooks": known, **told}), transports, [dependencies.LAW])
    try:
        found = made.run().findings
        assert [each.fault for each in found if each.fault] == []
        assert not engine.world.down, "what is taken down is brought back, whatever happens"
        return found
    finally:
        made.close()


def messages(found: Sequence[Finding]) -> dict[str, str]:
    return {failure.message: failure.got for each in found for failure in each.failures}


def answers(path: str, change: Callable[[Any], Any], *, down: bool = True, status: int | None = None) -> Change:
    """The JSON of a path, as it is while something is down, or is not, is what `change` makes of it."""

    def rewrite(request: httpx.Request, answered: httpx.Response, is_down: bool) -> httpx.Response | None:  # noqa: FBT001 - as it is called
        if request.url.path != path or is_down is not down or "json" not in answered.headers.get("content-type", ""):
            return None
        headers = {name: value for name, value in answered.headers.items() if name != "content-length"}
        return httpx.Response(status or answered.status_code, headers=headers, json=change(answered.json()))

    return rewrite


def of(service: str, change: Change) -> Change:
    """The same, of one service only."""
    port = contract().services[service].port
    return lambda request, answered, down: change(request, answered, down) if request.url.port == port else None
