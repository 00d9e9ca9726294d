"""What AsyncAPI documents are read into: channels, and of each event all ends, headers and examples."""

from pathlib import Path

from commerce_contract import Contract
from contract.documents import ASYNCAPI, at, document
from contract.tiny import EVENTS, MAIL, tiny

SEND = "operations:\n  sendTicketEvents:\n    action: send\n"
EXAMPLE = "        - payload: {event_type: ticket_opened, ticket_id: ticket-1, title: Broken lamp}\n"


def test_every_channel_of_every_document_is_told_with_its_messages(platform: Contract) -> None:
    found = {(channel.location.file, channel.name): channel for channel in platform.channels}
    declared = [(file, name) for file in ASYNCAPI for name in document(file).get("channels", {})]
    assert sorted(found) == sorted(declared)
    for (file, name), channel in found.items():
        raw = at(file, f"/channels/{name}").value
        assert (channel.address, channel.title, channel.description) == (
            raw["address"],
            raw["title"],
            raw["description"],
        )
        assert channel.bindings == raw["bindings"]
        assert {key: platform.events[name].channel for key, name in channel.messages.items()} == dict.fromkeys(
            raw["messages"], channel.address
        )


def test_every_operation_of_every_document_is_an_end_of_its_events(platform: Contract) -> None:
    ends = [(event.type, end) for event in platform.events.values() for end in event.ends]
    found = {(end.location.file, end.location.pointer): (name, end) for name, end in ends}
    declared = {(file, name) for file in ASYNCAPI for name in document(file).get("operations", {})}
    assert found.keys() == {(file, f"/operations/{name}") for file, name in declared}
    assert len(found) == len(ends)
    for (file, pointer), (name, end) in found.items():
        raw = at(file, pointer)
        assert [message.value["name"] for message in (raw / "messages").values()] == [name]
        assert (end.action, end.summary, end.description, end.bindings) == (
            raw.value["action"],
            raw.value["summary"],
            raw.value["description"],
            raw.value["bindings"],
        )


def test_who_sends_stands_before_who_receives(platform: Contract) -> None:
    ends = platform.events["payment_completed"].ends
    assert [(end.service, end.action) for end in ends] == [
        ("payments", "send"),
        ("notifications", "receive"),
        ("orders", "receive"),
        ("users", "receive"),
    ]


def test_examples_have_headers_that_their_schema_accepts(platform: Contract) -> None:
    for event in platform.events.values():
        assert event.headers is not None
        assert event.examples
        for example in event.examples:
            assert event.headers.errors(example.headers) == ()
            assert event.payload.errors(example.payload) == ()
            assert not event.headers.is_valid({**(example.headers or {}), "ce-id": 7})


def test_services_know_which_of_their_documents_are_asyncapi(platform: Contract) -> None:
    assert {name: service.event_documents for name, service in platform.services.items()} == {
        "admin": (),
        **{name: (f"asyncapi/{name}.yaml",) for name in ("notifications", "orders", "payments", "users")},
    }


def test_what_a_document_leaves_out_is_empty(tmp_path: Path) -> None:
    contract = tiny(tmp_path)
    (channel,) = contract.channels
    assert (channel.title, channel.description, channel.bindings) == ("", "", {})
    opened, closed = contract.events["ticket_opened"], contract.events["ticket_closed"]
    assert (opened.headers, closed.examples) == (None, ())
    (example,) = opened.examples
    assert (example.name, example.summary, example.headers) == ("", "", None)
    assert [(end.service, end.action, end.bindings) for end in opened.ends] == [
        ("tickets", "send", {}),
        ("mail", "receive", {}),
    ]
    assert contract.services["mail"].event_documents == contract.services["mail"].documents


def test_headers_and_bindings_are_read_through_references(tmp_path: Path) -> None:
    headers = "{$ref: '#/components/schemas/Headers'}"
    bindings = "    bindings: {$ref: '#/components/operationBindings/kept'}\n"
    schema = "  schemas: {Headers: {type: object, required: [a], properties: {a: {type: integer}}}}\n"
    shared = f"components:\n  operationBindings: {{kept: {{amqp: {{ack: true}}}}}}\n{schema}"
    contract = tiny(
        tmp_path,
        (
            EVENTS,
            "    ticket_opened:\n      payload:\n",
            f"    ticket_opened:\n      headers: {headers}\n      payload:\n",
        ),
        (EVENTS, SEND, f"{SEND}{bindings}"),
        (EVENTS, "components:\n", shared),
        (EVENTS, EXAMPLE, f"{EXAMPLE}        - {{name: bare, summary: Bare., headers: {{a: 1}}}}\n"),
    )
    event = contract.events["ticket_opened"]
    assert event.headers is not None
    assert not event.headers.is_valid({})
    assert event.ends[0].bindings == {"amqp": {"ack": True}}
    assert [(each.name, each.summary, each.headers, each.payload) for each in event.examples[1:]] == [
        ("bare", "Bare.", {"a": 1}, None)
    ]


def test_a_service_that_receives_an_event_twice_is_one_receiver_with_two_ends(tmp_path: Path) -> None:
    again = "operations:\n  again: {action: receive, channel: {$ref: 'tickets.yaml#/channels/ticket_events'}}\n"
    event = tiny(tmp_path, (MAIL, "operations:\n", again)).events["ticket_opened"]
    assert event.receivers == ("mail",)
    assert [end.service for end in event.ends] == ["tickets", "mail", "mail"]
