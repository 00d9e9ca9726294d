"""The values that the platform's documents are read into."""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from commerce_contract import Contract, Lifecycle, Location
from contract.tiny import COMMON, EVENTS, MAIL, TICKETS, tiny


def test_services_have_their_ports_and_documents(platform: Contract) -> None:
    found = {service.name: (service.port, service.documents) for service in platform.services.values()}
    assert found["orders"] == (3001, ("openapi/orders.yaml", "asyncapi/orders.yaml"))
    assert {name: port for name, (port, _) in found.items()} == {
        "users": 3002,
        "orders": 3001,
        "payments": 3003,
        "notifications": 3004,
        "admin": 3010,
    }


def test_operations_stand_under_their_names_and_in_their_services(platform: Contract) -> None:
    for name, operation in platform.operations.items():
        assert name == operation.name
        assert operation in platform.services[operation.service].operations
    assert sum(len(service.operations) for service in platform.services.values()) == len(platform.operations)


def test_resources_stand_under_their_collections(platform: Contract) -> None:
    users, orders = platform.resources["users"], platform.resources["orders"]
    assert (users.name, users.key, users.id_pattern, users.owner) == ("User", "id", "uuid", "id")
    assert dict(users.unique) == {"email": "USER_001", "username": "USER_002"}
    assert (users.state, users.lifecycle) == (None, None)
    assert (orders.owner, orders.id_pattern, orders.state) == ("userId", "order-{n}", "status")


def test_a_lifecycle_says_what_may_become_what(platform: Contract) -> None:
    lifecycle = platform.resources["orders"].lifecycle
    assert lifecycle is not None
    assert lifecycle.initial == "pending"
    assert lifecycle.allows("pending", "confirmed")
    assert not lifecycle.allows("shipped", "cancelled")
    assert not lifecycle.allows("lost", "pending")


def test_problems_have_the_words_of_their_examples(platform: Contract) -> None:
    problem = platform.operations["payments.create"].problems["PAY_003"]
    assert problem.status == 409
    assert problem.type == "https://commerce.example/problems/pay-003"
    assert problem.title
    assert problem.detail


def test_a_code_may_have_another_status_in_another_operation(platform: Contract) -> None:
    assert platform.operations["orders.get"].problems["ORDER_003"].status == 404
    assert platform.operations["payments.create"].problems["ORDER_003"].status == 422


def test_problems_that_belong_to_no_operation_come_from_the_shared_parts(platform: Contract) -> None:
    statuses = {code: problem.status for code, problem in platform.problems.items()}
    assert statuses["NOT_FOUND"] == 404
    assert statuses["METHOD_NOT_ALLOWED"] == 405
    assert statuses["BAD_REQUEST"] == 400, "the lowest where a code has several"


def test_parameters_of_path_and_operation_are_joined(platform: Contract) -> None:
    parameters = {each.name: each for each in platform.operations["orders.list_for_user"].parameters}
    assert parameters["user_id"].place == "path"
    assert parameters["user_id"].required
    assert parameters["limit"].schema.default == 10
    assert not parameters["limit"].required
    assert "status" in parameters


def test_the_first_success_is_the_success(platform: Contract) -> None:
    assert platform.operations["orders.create"].success.status == 201
    assert platform.operations["admin.reset"].success.schema is None
    metrics = platform.operations["orders.metrics"].success
    assert (metrics.media_type, metrics.schema) == ("text/plain", None)
    assert "http_requests_total" in next(iter(metrics.examples.values()))
    assert "Location" in platform.operations["orders.create"].success.headers


def test_an_answers_headers_say_whether_they_must_be_there(platform: Contract) -> None:
    described = platform.operations["orders.create"].success.described
    assert {header.name: header.required for header in described} == {
        "X-Request-Id": True,
        "Location": True,
        "Idempotent-Replayed": False,
    }
    retry = platform.operations["orders.create"].responses[503].described[-1]
    assert (retry.name, retry.schema.types if retry.schema else ()) == ("Retry-After", ("integer",))
    assert retry.location.pointer == "/components/headers/Retry-After"


def test_who_has_to_say_who_they_are(platform: Contract) -> None:
    open_to_all = {operation.name for operation in platform.operations.values() if not operation.secured}
    business = {name for name in open_to_all if name.split(".")[1] not in {"health", "ready", "metrics"}}
    assert {name for name in business if not name.startswith("admin.")} == {"users.create", "payments.circuit_breaker"}


def test_events_know_who_sends_and_receives_them(platform: Contract) -> None:
    completed = platform.events["payment_completed"]
    assert (completed.service, completed.channel) == ("payments", "payment_events")
    assert set(completed.receivers) == {"orders", "users", "notifications"}
    assert completed.example["event_type"] == "payment_completed"
    assert completed.payload.is_valid(completed.example)
    assert not completed.payload.is_valid({**completed.example, "event_type": "payment_failed"})


def test_every_file_that_was_read_is_told(platform: Contract) -> None:
    files = {path.relative_to(platform.root).as_posix() for path in platform.files}
    assert {"openapi/common.yaml", "openapi/mock-admin.yaml", "asyncapi/common.yaml"} <= files


def test_our_documents_leave_nothing_open(platform: Contract) -> None:
    assert platform.notes == ()


def test_a_value_cannot_be_changed(platform: Contract) -> None:
    with pytest.raises(FrozenInstanceError):
        platform.operations["orders.get"].path = "/"  # type: ignore[misc] # what the test is about


def test_a_place_is_written_as_file_line_and_pointer() -> None:
    assert str(Location("openapi/orders.yaml", "/paths", 7, 1)) == "openapi/orders.yaml:7 #/paths"


def test_a_service_that_only_receives_has_no_operations_and_no_port(tmp_path: Path) -> None:
    mail = tiny(tmp_path).services["mail"]
    assert (mail.operations, mail.port, mail.documents) == ((), 0, ("asyncapi/mail.yaml",))
    assert (mail.title, mail.description) == ("Mail", "Writes to people.")


def test_an_operation_without_messages_receives_all_of_its_channel(tmp_path: Path) -> None:
    every = "\n    messages:\n      - $ref: 'tickets.yaml#/channels/ticket_events/messages/ticket_opened'"
    contract = tiny(tmp_path, (MAIL, every, ""))
    assert {event.type for event in contract.events.values() if "mail" in event.receivers} == {
        "ticket_opened",
        "ticket_closed",
    }


def test_a_channel_that_another_document_declares_again_changes_nothing(tmp_path: Path) -> None:
    edit = (MAIL, "operations:\n", "channels: {again: {$ref: 'tickets.yaml#/channels/ticket_events'}}\noperations:\n")
    contract = tiny(tmp_path, edit)
    assert contract.events["ticket_opened"].service == "tickets"


EXAMPLE = "      examples:\n        - payload: {event_type: ticket_opened, ticket_id: ticket-1, title: Broken lamp}\n"
OPENED = {"event_type": "ticket_opened", "ticket_id": "ticket-2"}


@pytest.mark.parametrize(
    ("instead", "example"),
    [("", {}), ("        examples: [{event_type: ticket_opened, ticket_id: ticket-2}]\n", OPENED)],
)
def test_an_event_without_an_example_is_shown_by_its_payload(
    tmp_path: Path, instead: str, example: Mapping[str, str]
) -> None:
    assert tiny(tmp_path, (EVENTS, EXAMPLE, instead)).events["ticket_opened"].example == example


CLOSED = """\
      payload:
        type: object
        required: [event_type, ticket_id]
        properties:
          event_type: {const: ticket_closed}
          ticket_id: {type: string}
"""
CLOSED_IN_WORDS = """\
      payload:
        schemaFormat: application/schema+json;version=draft-07
        schema: {type: object, required: [event_type], properties: {event_type: {const: ticket_closed}}}
      examples: [{payload: {event_type: ticket_closed}}]
"""


def test_a_payload_may_say_that_it_is_json_schema(tmp_path: Path) -> None:
    contract = tiny(tmp_path, (EVENTS, CLOSED, CLOSED_IN_WORDS))
    assert contract.events["ticket_closed"].payload.required == {"event_type"}


@pytest.mark.parametrize(
    ("servers", "port"),
    [
        ("[{url: 'http://localhost:{port}', variables: {port: {default: '3900'}}}]", 3900),
        ("[{url: 'https://example.com'}]", 0),
        ("[{url: /v1}]", 0),
        ("[{url: 'http://localhost:port'}]", 0),
        ("[]", 0),
    ],
)
def test_the_port_is_that_of_the_first_server(tmp_path: Path, servers: str, port: int) -> None:
    edit = (TICKETS, "[{url: 'http://localhost:{port}', variables: {port: {default: '3900'}}}]", servers)
    assert tiny(tmp_path, edit).services["tickets"].port == port


@pytest.mark.parametrize(
    ("security", "secured"),
    [("[{bearerAuth: []}]", True), ("[]", False), ("[{}, {bearerAuth: []}]", False)],
)
def test_a_demand_that_may_be_empty_is_none(tmp_path: Path, security: str, *, secured: bool) -> None:
    contract = tiny(tmp_path, (TICKETS, "security: [{bearerAuth: []}]", f"security: {security}"))
    assert contract.operations["tickets.get"].secured is secured


def test_a_code_may_be_the_only_value(tmp_path: Path) -> None:
    contract = tiny(tmp_path, (TICKETS, "{code: {enum: [TICKET_001]}}", "{code: {const: TICKET_001}}"))
    assert contract.operations["tickets.create"].problems["TICKET_001"].status == 409


def test_a_problem_without_codes_declares_none(tmp_path: Path) -> None:
    contract = tiny(
        tmp_path,
        (
            TICKETS,
            "'422': {$ref",
            "'410': {description: Gone., content: {application/problem+json: {schema: {}}}}\n        '422': {$ref",
        ),
    )
    assert sorted(contract.operations["tickets.create"].problems) == ["TICKET_001", "TICKET_002", "VALIDATION_ERROR"]


def test_a_shared_answer_without_an_example_is_passed_over(tmp_path: Path) -> None:
    contract = tiny(tmp_path, (COMMON, "  responses:\n", "  responses:\n    Plain: {description: Nothing to say.}\n"))
    assert sorted(contract.problems) == ["TICKET_002", "VALIDATION_ERROR"]


def test_states_may_stand_in_the_property_itself() -> None:
    lifecycle = Lifecycle("a", {"a": ("b",), "b": ()}, Location("f", "", 1))
    assert lifecycle.allows("a", "b")
    assert not lifecycle.allows("b", "a")
