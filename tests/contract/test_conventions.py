"""What operations do, read off their method, path and schemas."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from commerce_contract import Action, Contract
from commerce_contract.conventions import fold
from contract.tiny import TICKETS, TINY, tiny

PLATFORM = {
    "users.create": ("users", Action.CREATE),
    "users.get": ("users", Action.READ),
    "users.update": ("users", Action.UPDATE),
    "users.verify": ("users", Action.NONE),
    "users.events": (None, Action.NONE),
    "users.health": (None, Action.NONE),
    "orders.create": ("orders", Action.CREATE),
    "orders.get": ("orders", Action.READ),
    "orders.list_for_user": ("orders", Action.LIST),
    "orders.set_status": ("orders", Action.MOVE),
    "orders.cancel": ("orders", Action.MOVE),
    "payments.create": ("payments", Action.CREATE),
    "payments.get": ("payments", Action.READ),
    "payments.refund": ("payments", Action.NONE),
    "payments.list_for_user": ("payments", Action.LIST),
    "payments.circuit_breaker": (None, Action.NONE),
}


@pytest.mark.parametrize("name", PLATFORM)
def test_an_operation_of_the_platform_does_what_its_name_says(platform: Contract, name: str) -> None:
    operation = platform.operations[name]
    collection = operation.resource.collection if operation.resource else None
    assert (collection, operation.action) == PLATFORM[name]


def test_a_move_knows_its_target_or_the_property_that_names_it(platform: Contract) -> None:
    cancel, set_status = platform.operations["orders.cancel"], platform.operations["orders.set_status"]
    assert (cancel.moves_to, cancel.moves_by) == ("cancelled", None)
    assert (set_status.moves_to, set_status.moves_by) == (None, "status")


ONE = "{$ref: '#/components/schemas/Ticket'}"
MANY = f"{{type: array, items: {ONE}}}"
ENVELOPE = f"{{properties: {{tickets: {MANY}}}}}"
STATUS = "{properties: {status: {$ref: '#/components/schemas/TicketStatus'}}}"


class Added(NamedTuple):
    """One more operation of the tiny contract, `tickets.it`."""

    method: str
    path: str
    status: int = 200
    shows: str = ONE
    body: str | None = None

    def to(self, directory: Path) -> Contract:
        """The contract with it."""
        names = re.findall(r"{(.*?)}", self.path)
        parameters = ", ".join(
            f"{{name: {name}, in: path, required: true, schema: {{type: string}}}}" for name in names
        )
        content = f"content: {{application/json: {{schema: {self.shows}}}}}"
        text = [
            f"    {self.method}:",
            "      operationId: tickets.it",
            f"      parameters: [{parameters}]",
            f"      responses: {{'{self.status}': {{description: It., {content}}}}}",
        ]
        if self.body:
            text.append(f"      requestBody: {{content: {{application/json: {{schema: {self.body}}}}}}}")
        head = f"  {self.path}:\n"
        old = head if head in (TINY / TICKETS).read_text(encoding="utf-8") else "components:\n  security"
        after = "" if old == head else old
        return tiny(directory, (TICKETS, old, "\n".join([head.rstrip(), *text, after])))


@pytest.mark.parametrize(
    ("added", "action"),
    [
        pytest.param(Added("patch", "/tickets/{ticket_id}"), Action.UPDATE, id="a PATCH where it is read updates"),
        pytest.param(Added("put", "/tickets/{ticket_id}"), Action.UPDATE, id="a PUT where it is read updates"),
        pytest.param(
            Added("patch", "/tickets/{ticket_id}", body=STATUS), Action.MOVE, id="a PATCH of its state moves it"
        ),
        pytest.param(
            Added("post", "/tickets/{ticket_id}/state", body=STATUS), Action.MOVE, id="a POST of its state moves it"
        ),
        pytest.param(
            Added("post", "/tickets/{ticket_id}", body=STATUS), Action.NONE, id="a POST where it is read does not"
        ),
        pytest.param(Added("delete", "/tickets/{ticket_id}"), Action.NONE, id="a DELETE is left to rules"),
        pytest.param(Added("get", "/tickets", shows=ENVELOPE), Action.LIST, id="an array in an envelope is a list"),
        pytest.param(Added("get", "/tickets", shows=MANY), Action.LIST, id="an array is a list"),
        pytest.param(Added("post", "/desks/{desk}/tickets", status=201), Action.CREATE, id="a nested POST creates"),
        pytest.param(Added("post", "/desks/{desk}/tickets"), Action.NONE, id="a POST that answers 200 does not create"),
        pytest.param(Added("post", "/tickets/{ticket_id}/copy", status=201), Action.NONE, id="only collections create"),
        pytest.param(Added("get", "/lamps/{ticket_id}"), Action.NONE, id="it is read at one place only"),
        pytest.param(Added("get", "/tickets/latest"), Action.NONE, id="it is read by its key only"),
    ],
)
def test_an_operation_that_shows_a_ticket(tmp_path: Path, added: Added, action: Action) -> None:
    operation = added.to(tmp_path).operations["tickets.it"]
    assert operation.action is action
    assert operation.resource is not None


def test_what_another_service_shows_is_not_moved_there(platform: Contract) -> None:
    settle = platform.operations["admin.settle"]
    assert settle.resource is platform.resources["payments"]
    assert settle.action is Action.NONE


@pytest.mark.parametrize("name", ["user_id", "userId", "UserID", "user-id"])
def test_names_are_compared_without_case_and_separators(name: str) -> None:
    assert fold(name) == "userid"
