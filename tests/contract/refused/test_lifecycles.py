"""Transitions and moves that make no sense."""

from pathlib import Path

import pytest

from contract.tiny import TICKETS, Refused, faults

REFUSED = [
    Refused(
        "a transition to a state that does not exist",
        [(TICKETS, "x-transitions: {open: [closed], closed: []}", "x-transitions: {open: [closed, lost], closed: []}")],
        [
            (
                "openapi/tickets.yaml:82 #/components/schemas/TicketStatus/x-transitions/open/1",
                "`open` may become `lost`, which is no state",
                "The states are open, closed",
            )
        ],
    ),
    Refused(
        "a state whose transitions are missing",
        [(TICKETS, "x-transitions: {open: [closed], closed: []}", "x-transitions: {open: [closed]}")],
        [
            (
                "openapi/tickets.yaml:82 #/components/schemas/TicketStatus/x-transitions",
                "x-transitions does not say what `closed` may become",
                "Add `closed: []` if it is final",
            )
        ],
    ),
    Refused(
        "transitions of a state that does not exist",
        [
            (
                TICKETS,
                "x-transitions: {open: [closed], closed: []}",
                "x-transitions: {open: [closed], closed: [], lost: []}",
            )
        ],
        [
            (
                "openapi/tickets.yaml:82 #/components/schemas/TicketStatus/x-transitions/lost",
                "`lost` is no state",
                "The states are open, closed",
            )
        ],
    ),
    Refused(
        "a transition that is not in a list",
        [(TICKETS, "x-transitions: {open: [closed], closed: []}", "x-transitions: {open: closed, closed: []}")],
        [
            (
                "openapi/tickets.yaml:82 #/components/schemas/TicketStatus/x-transitions/open",
                "`open` must map to a list of states",
                "Write [] if it is final",
            )
        ],
    ),
    Refused(
        "transitions that are only a list",
        [(TICKETS, "x-transitions: {open: [closed], closed: []}", "x-transitions: [open, closed]")],
        [
            (
                "openapi/tickets.yaml:82 #/components/schemas/TicketStatus/x-transitions",
                "x-transitions must map each state to a list of states",
                "Write {first: [last], last: []}",
            )
        ],
    ),
    Refused(
        "transitions of what is no enum",
        [(TICKETS, "      enum: [open, closed]\n", "")],
        [
            (
                "openapi/tickets.yaml:81 #/components/schemas/TicketStatus/x-transitions",
                "x-transitions stands on a schema that is no enum of strings",
                "List the states in `enum`",
            )
        ],
    ),
    Refused(
        "transitions between numbers",
        [(TICKETS, "enum: [open, closed]", "enum: [open, closed, 3]")],
        [
            (
                "openapi/tickets.yaml:82 #/components/schemas/TicketStatus/x-transitions",
                "x-transitions stands on a schema that is no enum of strings",
                "List the states in `enum`",
            )
        ],
    ),
    Refused(
        "a move to a state that does not exist",
        [(TICKETS, "x-moves-to: closed", "x-moves-to: lost")],
        [
            (
                "openapi/tickets.yaml:54 #/paths/~1tickets~1{ticket_id}~1close/post/x-moves-to",
                "`lost` is no state of Ticket",
                "The states are open, closed",
            )
        ],
    ),
    Refused(
        "a move of what has no states",
        [(TICKETS, "      x-transitions: {open: [closed], closed: []}\n", "")],
        [
            (
                "openapi/tickets.yaml:54 #/paths/~1tickets~1{ticket_id}~1close/post/x-moves-to",
                "tickets.close moves nothing: it is about no resource with x-transitions",
                "Answer the resource, or continue the path under which it is read",
            )
        ],
    ),
    Refused(
        "a move of no resource",
        [(TICKETS, "  /tickets/{ticket_id}/close:", "  /closed-tickets/{ticket_id}:")],
        [
            (
                "openapi/tickets.yaml:54 #/paths/~1closed-tickets~1{ticket_id}/post/x-moves-to",
                "tickets.close moves nothing: it is about no resource with x-transitions",
                "Answer the resource, or continue the path under which it is read",
            )
        ],
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_contract_is_refused_for(case: Refused, tmp_path: Path) -> None:
    assert faults(tmp_path, *case.edits) == case.faults
