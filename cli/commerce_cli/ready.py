"""What `commerce-mock serve` prints once every port answers: where things are, and a first call that works."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import typer

from commerce_cli import version
from commerce_cli.loading import people
from commerce_contract import Action, Operation
from commerce_mock.auth import CUSTOMER, issue_token
from commerce_mock.engine import Engine, gateway_operations
from commerce_mock.http.curl import body_example, curl
from commerce_mock.scenario import Scenario

A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Ready:
    """All that there is to tell; lives until it is told.

    `urls` are the services' base URLs, `gateway` that of the port which serves all of them, `events` lines about where
    events go.
    """

    engine: Engine
    scenario: Scenario
    urls: Mapping[str, str]
    gateway: str | None
    events: Sequence[str] = ()

    def tell(self) -> None:
        """Print it to stdout."""
        head = f"commerce-mock {version()}  {self.scenario.name} scenario, {self.engine.world.clock.mode} clock"
        blocks = [typer.style(head, bold=True), "\n".join(self._table())]
        blocks += ["\n".join(self.events)] if self.events else []
        steps = self._first_steps()
        blocks += ["\n".join(steps)] if steps else []
        if self.engine.notes:
            blocks.append("\n".join(["Notes", *(f"  {note}" for note in self.engine.notes)]))
        typer.echo("\n\n".join(blocks) + "\n\nCtrl-C ends it.")

    def _table(self) -> list[str]:
        rows = [("SERVICE", "URL", "DOCS")]
        rows += [(name, url, self._docs(name, url)) for name, url in self.urls.items()]
        widths = [max(len(row[column]) for row in rows) for column in range(2)]
        lines = [f"{name:<{widths[0]}}  {url:<{widths[1]}}  {docs}" for name, url, docs in rows]
        return [typer.style(lines[0], dim=True), *lines[1:]]

    def _docs(self, name: str, url: str) -> str:
        return f"{url}/docs/{name}" if url == self.gateway else f"{url}/docs"

    def _first_steps(self) -> list[str]:
        """The seeded user with a token, and a call."""
        user = self._user()
        lines = []
        if user is not None:
            key, name = user
            token = issue_token(self.engine.key, key, CUSTOMER, A_DAY, self.engine.world.clock.now())
            lines = [f"{typer.style('user', dim=True)}  {name}  {key}", f"export TOKEN={token}"]
        call = next(self._calls(user[0] if user else None), None)
        if call is not None:
            operation, values = call
            lines.append(curl(self._document(operation.service), operation, self.urls[operation.service], values))
        return lines

    def _user(self) -> tuple[str, str] | None:
        """Key and name of the scenario's first user."""
        resource = people(self.engine.contract)
        users = self.scenario.resources.get(resource.collection, ()) if resource else ()
        for user in users:
            names = [str(user[unique]) for unique in resource.unique if unique in user] if resource else []
            return str(user[resource.key if resource else ""]), next(iter(names), "")
        return None

    def _calls(self, user: str | None) -> Iterator[tuple[Operation, Mapping[str, str]]]:
        """Operations that can be called at once, with their path parameters, the most telling one first."""
        operations = self._operations()
        for operation in operations:
            resource = operation.resource
            if operation.action is Action.READ and resource is not None and operation.path.count("{") == 1:
                for item in self.scenario.resources.get(resource.collection, ()):
                    if resource.owner != resource.key and user in (item.get(resource.owner or ""), None):
                        name = operation.path.partition("{")[2].partition("}")[0]
                        yield operation, {name: str(item[resource.key])}
        yield from ((o, {}) for o in operations if o.action is Action.CREATE and not o.secured and self._has_body(o))
        yield from ((o, {}) for o in operations if o.method == "GET" and "{" not in o.path and not o.secured)

    def _has_body(self, operation: Operation) -> bool:
        """Whether the documents give a body that the operation takes."""
        document = self._document(operation.service)
        _, body = body_example(document, document["paths"][operation.path][operation.method.lower()])
        return operation.body is None or operation.body.schema.is_valid(body)

    def _operations(self) -> list[Operation]:
        """All operations as they are reached: by the gateway only those whose service has no port of its own."""
        contract = self.engine.contract
        return [
            moved if self.urls[moved.service] == self.gateway else contract.operations[moved.name]
            for moved in gateway_operations(contract)
        ]

    def _document(self, service: str) -> Mapping[str, Any]:
        port = None if self.urls[service] == self.gateway else service
        document: Mapping[str, Any] = orjson.loads(self.engine.pages[port, "/openapi.json"]()[1])
        return document
