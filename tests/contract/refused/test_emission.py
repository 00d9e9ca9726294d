"""Events that nobody emits, sends or knows."""

from pathlib import Path

import pytest

from contract.tiny import EVENTS, MAIL, TICKETS, Refused, faults

REFUSED = [
    Refused(
        "an operation that emits what is no event",
        [(TICKETS, "x-emits: [ticket_opened]", "x-emits: [ticket_opened, ticket_lost]")],
        [
            (
                "openapi/tickets.yaml:10 #/paths/~1tickets/post/x-emits/1",
                "`ticket_lost` is no event",
                "Declare it in an AsyncAPI document; the events are ticket_opened, ticket_closed",
            )
        ],
    ),
    Refused(
        "an operation that emits the event of another service",
        [
            (TICKETS, "x-emits: [ticket_closed]", "x-emits: [ticket_closed, mail_sent]"),
            (
                MAIL,
                "operations:\n",
                (
                    "channels: {mails: {messages: {mail_sent: {payload: {properties: {event_type: {const: "
                    "mail_sent}}}}}}}\n"
                    "operations:\n"
                    "  sendMails: {action: send, channel: {$ref: '#/channels/mails'}}\n"
                ),
            ),
        ],
        [
            (
                "openapi/tickets.yaml:55 #/paths/~1tickets~1{ticket_id}~1close/post/x-emits/1",
                "`mail_sent` is an event of mail, not of tickets",
                "Let an operation of mail emit it",
            )
        ],
    ),
    Refused(
        "emissions that are only a word",
        [(TICKETS, "x-emits: [ticket_opened]", "x-emits: ticket_opened")],
        [
            (
                "openapi/tickets.yaml:10 #/paths/~1tickets/post/x-emits",
                "x-emits must be a list of event types",
                "Write [ticket_opened]",
            )
        ],
    ),
    Refused(
        "an event that no operation emits",
        [(TICKETS, "      x-emits: [ticket_closed]\n", "")],
        [
            (
                "asyncapi/tickets.yaml:25 #/components/messages/ticket_closed",
                "nothing emits the event `ticket_closed`",
                "Add it to `x-emits` of the operation of tickets that causes it",
            )
        ],
    ),
    Refused(
        "an event that its document does not send",
        [
            (
                EVENTS,
                "{$ref: '#/channels/ticket_events'}",
                (
                    "{$ref: '#/channels/ticket_events'}\n"
                    "    messages: [{$ref: '#/channels/ticket_events/messages/ticket_opened'}]"
                ),
            )
        ],
        [
            (
                "asyncapi/tickets.yaml:26 #/components/messages/ticket_closed",
                "no operation of its document sends the event `ticket_closed`",
                "Add it to an operation with `action: send`",
            )
        ],
    ),
    Refused(
        "a receiver of a message of no channel",
        [
            (
                EVENTS,
                "components:\n  messages:\n",
                (
                    "components:\n"
                    "  messages:\n"
                    "    ticket_lost: {payload: {properties: {event_type: {const: ticket_lost}}}}\n"
                ),
            ),
            (MAIL, "channels/ticket_events/messages/ticket_opened'", "components/messages/ticket_lost'"),
        ],
        [
            (
                "asyncapi/mail.yaml:8 #/operations/receiveTicketOpened/messages/0",
                "what the operation receives is no message of any channel",
                "Refer to a message below `channels`, with $ref",
            )
        ],
    ),
    Refused(
        "a receiver of a message that does not exist",
        [(MAIL, "messages/ticket_opened'", "messages/ticket_lost'")],
        [
            (
                "asyncapi/mail.yaml:8 #/operations/receiveTicketOpened/messages/0/$ref",
                (
                    "tickets.yaml#/channels/ticket_events/messages/ticket_lost leads nowhere: there is no "
                    "`ticket_lost` in asyncapi/tickets.yaml"
                ),
                "Correct the $ref, or write what it names",
            )
        ],
    ),
    Refused(
        "a message that does not name its event, without blaming who emits it",
        [(EVENTS, "{const: ticket_closed}", "{type: string}")],
        [
            (
                "asyncapi/tickets.yaml:25 #/components/messages/ticket_closed",
                "the message `ticket_closed` does not say its event type",
                "Give its payload a property `event_type` with a `const`",
            )
        ],
    ),
    Refused(
        "an event that is declared twice",
        [
            (EVENTS, "{const: ticket_closed}", "{const: ticket_opened}"),
            (TICKETS, "x-emits: [ticket_closed]", "x-emits: [ticket_opened]"),
        ],
        [
            (
                "asyncapi/tickets.yaml:25 #/components/messages/ticket_closed",
                (
                    "the event `ticket_opened` is declared twice, first in asyncapi/tickets.yaml:15 "
                    "#/components/messages/ticket_opened"
                ),
                "Keep one",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
