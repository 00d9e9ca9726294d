"""Loading as a whole: all faults at once, and nothing but faults."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from commerce_contract import ContractError, load
from contract.tiny import COMMON, EVENTS, TICKETS, changed, faults, tiny


def test_the_tiny_contract_is_valid(tmp_path: Path) -> None:
    contract = tiny(tmp_path)
    assert (len(contract.services), len(contract.operations), len(contract.events)) == (2, 3, 2)
    assert contract.notes == ()


def test_faults_of_all_files_and_kinds_are_told_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        (TICKETS, "summary: Open a ticket", "x-colour: red"),
        (TICKETS, "x-emits: [ticket_opened]", "x-emits: [ticket_opened, ticket_lost]"),
        (TICKETS, "schema: {$ref: '#/components/schemas/NewTicket'}", "schema: {$ref: '#/components/schemas/Gone'}"),
        (TICKETS, "x-transitions: {open: [closed], closed: []}", "x-transitions: {open: [lost], closed: []}"),
        (TICKETS, "Title: {type: string, minLength: 3}", "Title: {type: text}"),
        (COMMON, "            TICKET_002:\n", "            Title:\n"),
        (EVENTS, "title: Broken lamp}", "title: 7}"),
    )
    places = [place.split(" ")[0] for place, _, _ in found]
    assert places == sorted(places, key=lambda place: (place.split(":")[0], int(place.split(":")[1])))
    assert {message for _, message, _ in found} >= {
        "unknown key `x-colour`",
        "`ticket_lost` is no event",
        "#/components/schemas/Gone leads nowhere: there is no `Gone` in openapi/tickets.yaml",
        "`open` may become `lost`, which is no state",
        "`text` is no JSON type",
        "the problem code TICKET_002 of tickets.create has no example",
    }


def test_two_broken_files_are_both_told(tmp_path: Path) -> None:
    found = faults(tmp_path, (COMMON, "schemas:\n", "schemas: [\n"), (EVENTS, "channels:\n", "channels: }\n"))
    assert [place.split(":")[0] for place, _, _ in found] == ["asyncapi/tickets.yaml", "openapi/common.yaml"]


def test_an_error_says_everything_and_survives_a_process_border(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as refused:
        tiny(tmp_path, (TICKETS, "summary: Open a ticket", "x-colour: red"))
    error = refused.value
    assert str(error) == (
        "openapi/tickets.yaml:9 #/paths/~1tickets/post/x-colour: unknown key `x-colour`. "
        "Remove it; the keys are x-resource, x-transitions, x-problem, x-moves-to, x-emits."
    )
    assert error.root == tmp_path
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (again.faults, again.root) == (error.faults, error.root)


def test_a_hint_that_asks_ends_with_its_question_mark(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"Did you mean `x-moves-to`\?$"):
        tiny(tmp_path, (TICKETS, "x-moves-to: closed", "x-move-to: closed"))


def test_the_same_documents_give_the_same_contract(tmp_path: Path) -> None:
    first, again = tiny(tmp_path), load(tmp_path)
    assert repr(first) == repr(again)


def test_a_reference_may_leave_the_folders(tmp_path: Path) -> None:
    root = changed(tmp_path / "contract", (TICKETS, "'common.yaml#/components/schemas/Problem'", "'../../p.yaml#/It'"))
    (tmp_path / "p.yaml").write_text("It: {properties: {code: {type: string}}}", encoding="utf-8")
    contract = load(root)
    assert tmp_path / "p.yaml" in contract.files
    assert contract.operations["tickets.create"].problems["TICKET_001"].status == 409


def test_loading_brings_in_no_server_and_no_client() -> None:
    heavy = ["asyncio", "commerce_mock", "http.client", "httpx", "jinja2", "pydantic", "ssl", "typer", "uvicorn"]
    code = f"import sys, commerce_contract; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    assert done.stdout.strip() == "[]"
