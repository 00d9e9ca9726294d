"""`commerce-contract check`: what it prints, and the code it ends with."""

import json
import re
from contextlib import redirect_stderr, redirect_stdout
from importlib import metadata
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from commerce_cli import version
from commerce_cli.contract import main
from commerce_contract import load
from contract.tiny import COMMON, TICKETS, TINY, changed

FOREIGN = Path(__file__).parent / "foreign" / "pets.yaml"


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command is run in a directory of its own, with no contract in the environment."""
    monkeypatch.delenv("COMMERCE_CONTRACT", raising=False)
    monkeypatch.chdir(tmp_path)


class Printed(NamedTuple):
    """What a run of the command left; lives as long as its test."""

    exit_code: object
    stdout: str
    stderr: str


def run(*arguments: str) -> Printed:
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err, pytest.raises(SystemExit) as ended:
        main(arguments)
    return Printed(ended.value.code, out.getvalue(), err.getvalue())


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return changed(
        tmp_path / "contract",
        (TICKETS, "{type: string, minLength: 3}", "{type: string, minLenght: 3}"),
        (COMMON, "            TICKET_002:\n", "            Title 100%:\n"),
    )


BROKEN = """\
contract/openapi/common.yaml:5:5  #/components/responses/Invalid
  fault  the problem code TICKET_002 of tickets.create has no example
     5 |     Invalid:
       |     ^
  fix    Add an example named TICKET_002 to this response

contract/openapi/tickets.yaml:94:27  #/components/schemas/Title/minLenght
  fault  a schema has no field `minLenght`
    94 |     Title: {type: string, minLenght: 3}
       |                           ^
  fix    Did you mean `minLength`?

2 faults in 2 files.
"""


def test_faults_are_shown_where_they_stand_with_what_to_do(broken: Path) -> None:
    result = run("check", "--contract", str(broken))
    assert (result.exit_code, result.stdout) == (1, BROKEN)


def test_faults_are_given_to_programs_as_json(broken: Path) -> None:
    result = run("check", "--contract", str(broken), "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "ok": False,
        "contract": str(broken),
        "faults": [
            {
                "file": "contract/openapi/common.yaml",
                "line": 5,
                "column": 5,
                "pointer": "/components/responses/Invalid",
                "message": "the problem code TICKET_002 of tickets.create has no example",
                "hint": "Add an example named TICKET_002 to this response",
            },
            {
                "file": "contract/openapi/tickets.yaml",
                "line": 94,
                "column": 27,
                "pointer": "/components/schemas/Title/minLenght",
                "message": "a schema has no field `minLenght`",
                "hint": "Did you mean `minLength`?",
            },
        ],
    }


def test_faults_are_given_to_a_workflow_as_annotations(broken: Path) -> None:
    result = run("check", "--contract", str(broken), "--format", "github")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1] == (
        "::error file=contract/openapi/tickets.yaml,line=94,col=27,title=commerce-contract::"
        "a schema has no field `minLenght` (#/components/schemas/Title/minLenght)%0ADid you mean `minLength`?"
    )


def test_an_annotation_escapes_what_would_end_it(tmp_path: Path) -> None:
    root = changed(tmp_path / "a,b:c", (TICKETS, "summary: Open a ticket", "x-a%b: 1"))
    line = run("check", "--contract", str(root), "--format", "github").stdout.splitlines()[0]
    assert line.startswith("::error file=a%2Cb%3Ac/openapi/tickets.yaml,line=9,col=7,")
    assert "unknown key `x-a%25b` (#/paths/~1tickets/post/x-a%25b)%0ARemove it" in line


TINY_SUMMARY = """\
No fault in {root}: 2 services, 3 operations, 1 resource, 2 events.

SERVICE  PORT  OPERATIONS  DOCUMENTS
tickets  3900  3           openapi/tickets.yaml, asyncapi/tickets.yaml
mail     -     0           asyncapi/mail.yaml

OPERATION       REQUEST                          DOES                   EMITS          PROBLEMS
tickets.create  POST /tickets                    create Ticket          ticket_opened  3
tickets.get     GET /tickets/{{ticket_id}}         read Ticket            -              0
tickets.close   POST /tickets/{{ticket_id}}/close  move Ticket to closed  ticket_closed  0

RESOURCE  COLLECTION  KEY             OWNER     UNIQUE  STATES
Ticket    tickets     id: ticket-{{n}}  reporter  slug    open closed

EVENT          CHANNEL        FROM     TO
ticket_opened  ticket_events  tickets  mail
ticket_closed  ticket_events  tickets  -
"""


def test_a_contract_without_faults_is_summed_up() -> None:
    result = run("check", "--contract", str(TINY))
    assert (result.exit_code, result.stdout) == (0, TINY_SUMMARY.format(root=TINY))


def test_the_platforms_own_documents_are_checked_without_a_flag() -> None:
    result = run("check")
    assert result.exit_code == 0
    contract = load(Path(__file__).parents[2])
    assert all(re.search(rf"^{name} ", result.stdout, re.MULTILINE) for name in contract.operations)
    assert "move Order to what `status` says" in result.stdout
    assert "is about Payment" in result.stdout


def test_the_environment_names_a_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMERCE_CONTRACT", str(TINY))
    assert run("check").stdout.startswith(f"No fault in {TINY}")


def test_the_summary_for_programs_holds_every_value() -> None:
    found = json.loads(run("check", "--contract", str(TINY), "--format", "json").stdout)
    assert (found["ok"], found["faults"], found["notes"]) == (True, [], [])
    assert found["services"][1] == {"name": "mail", "port": None, "documents": ["asyncapi/mail.yaml"]}
    assert found["operations"][2] == {
        "name": "tickets.close",
        "service": "tickets",
        "method": "POST",
        "path": "/tickets/{ticket_id}/close",
        "resource": "tickets",
        "action": "move",
        "moves_to": "closed",
        "moves_by": None,
        "secured": True,
        "statuses": [200],
        "problems": {},
        "emits": ["ticket_closed"],
    }
    assert found["operations"][0]["problems"] == {"TICKET_001": 409, "TICKET_002": 422, "VALIDATION_ERROR": 422}
    (resource,) = found["resources"]
    assert resource["transitions"] == {"open": ["closed"], "closed": []}
    assert found["events"][0] == {
        "type": "ticket_opened",
        "service": "tickets",
        "channel": "ticket_events",
        "receivers": ["mail"],
    }


def test_the_summary_for_a_workflow_is_a_notice() -> None:
    result = run("check", "--contract", str(TINY), "--format", "github")
    assert (result.exit_code, result.stdout) == (0, "::notice title=commerce-contract::No fault in 3 operations\n")


def test_the_notes_of_a_foreign_document_are_shown() -> None:
    result = run("check", "--contract", str(FOREIGN))
    assert result.exit_code == 0
    assert "Notes:\n" in result.stdout
    assert "  pets.get_pet (GET /pet): lists `pet`\n" in result.stdout
    assert "EVENT" not in result.stdout, "a table without rows says nothing"


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_place_without_documents_is_one_clear_line_and_exit_code_2(tmp_path: Path, form: str) -> None:
    result = run("check", "--contract", "gone", "--format", form)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"commerce-contract: {tmp_path / 'gone'}: there is no such file or directory. "
        "Name a document or a directory with --contract or $COMMERCE_CONTRACT.\n"
    )


def test_a_wrong_flag_is_one_clear_line_and_exit_code_2() -> None:
    result = run("check", "--format", "xml")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith("commerce-contract check: Invalid value for '--format'")
    assert "'xml' is not one of 'text', 'json', 'github'" in result.stderr


def test_a_file_that_cannot_be_excerpted_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "openapi").mkdir()
    (tmp_path / "openapi" / "a.yaml").write_bytes(b"openapi: \xff")
    result = run("check", "--contract", str(tmp_path))
    assert result.exit_code == 1
    assert result.stdout.startswith(
        "openapi/a.yaml:1:1  #\n  fault  cannot be read: it is not UTF-8 text\n  fix    Make"
    )


def test_the_version_is_the_distributions() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert re.fullmatch(r"commerce-contract \d+\.\d+\.\d+\n", result.stdout)


def test_the_help_shows_examples() -> None:
    result = run("check", "--help")
    assert result.exit_code == 0
    assert "commerce-contract check --format github" in result.stdout
    assert "Exit codes: 0 no fault, 1 faults, 2 there is nothing to check." in result.stdout


def test_without_a_command_the_help_is_shown() -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "check" in result.stderr


def test_a_checkout_that_is_not_installed_has_the_version_of_its_project(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())


def test_the_command_is_started_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["commerce-contract", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("commerce-contract ")
