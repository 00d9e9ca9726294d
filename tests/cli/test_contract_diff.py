"""`commerce-contract diff`: what it prints, the code it ends with, and what it understands as a contract."""

import json
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from jsonschema import Draft202012Validator

from commerce_cli.contract import main
from contract.changes.shops import EVENTS, HTTP, SHOP, Edit, written

ROOT = Path(__file__).parents[2]
WIDER: Edit = (HTTP, "maximum: 100}", "maximum: 200}")
MAJOR: Edit = (HTTP, "version: 1.2.0", "version: 2.0.0")
SAFE: Edit = (HTTP, "        note: {type: string}\n", "        note: {type: string}\n        more: {type: string}\n")
UNSURE: Edit = (HTTP, "'^[a-z]+$'", "'^[a-z]*$'")
WORDS: Edit = (HTTP, "summary: Make an offer", "summary: Offer something")


class Printed(NamedTuple):
    """What a run of the command left; lives as long as its test."""

    exit_code: object
    stdout: str
    stderr: str


def diff(*arguments: str) -> Printed:
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err, pytest.raises(SystemExit) as ended:
        main(["diff", *arguments])
    return Printed(ended.value.code, out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command is run in a directory of its own, which belongs to no repository."""
    monkeypatch.delenv("COMMERCE_CONTRACT", raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "old")


def git(*arguments: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@shop.example", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)  # noqa: S603, S607 - git itself


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two commits, whose working tree is a third version."""
    written(tmp_path)
    git("init", "-q")
    git("add", "openapi", "asyncapi")
    git("commit", "-qm", "one")
    git("tag", "v1.0.0")
    written(tmp_path / "parts" / "shop", SAFE)
    git("add", "parts")
    git("commit", "-qm", "two")
    written(tmp_path, WIDER)
    return tmp_path


TEXT = """\
Breaking for clients
  `maximum` of `Offer.price` is `200`, and was `100`.
    old/openapi/shop.yaml:138 -> new/openapi/shop.yaml:139  #/components/schemas/Offer/properties/price/maximum
    response-wider  shop.create 201, shop.get 200
    Clients may meet what the old schema ruled out.

Safe
  `Offer.more` is new.
    old/openapi/shop.yaml:127 -> new/openapi/shop.yaml:138  #/components/schemas/Offer/properties/more
    response-property-added  shop.create 201, shop.get 200
    Answers are open: clients pass over it.

2 changes: 1 breaking for clients, 0 for services, 0 undecided, 1 safe; 1 text changed. \
Not every version concerned says so: raise its major (with 0.x its minor), or take the change back.
"""


def test_changes_are_shown_with_places_concerns_and_reasons(tmp_path: Path) -> None:
    written(tmp_path / "new", WIDER, SAFE, WORDS)
    result = diff("old", "new")
    assert (result.exit_code, result.stdout, result.stderr) == (1, TEXT, "")


def test_words_are_listed_on_demand(tmp_path: Path) -> None:
    written(tmp_path / "new", WORDS)
    assert diff("old", "new").stdout == (
        "0 changes: 0 breaking for clients, 0 for services, 0 undecided, 0 safe; 1 text changed. Nothing breaks.\n"
    )
    shown = diff("old", "new", "--verbose").stdout
    assert (
        "  `summary` of operation `shop.create`.\n    old/openapi/shop.yaml:9 -> new/openapi/shop.yaml:9  #/paths/"
        in shown
    )


def test_nothing_changed() -> None:
    result = diff("old", "old")
    assert (result.exit_code, result.stdout) == (0, "Nothing changed.\n")


@pytest.mark.parametrize(
    ("edits", "flags", "code", "verdict"),
    [
        ([SAFE], [], 0, "Nothing breaks."),
        ([WIDER], [], 1, "Not every version"),
        ([WIDER, MAJOR], [], 0, "The versions say so."),
        ([WIDER], ["--for", "services"], 0, "Nothing breaks services."),
        ([WIDER], ["--for", "clients"], 1, "Not every version"),
        ([UNSURE], [], 0, "Nothing breaks."),
        ([UNSURE], ["--strict"], 1, "Not every version"),
        ([UNSURE, MAJOR], ["--strict"], 0, "Nothing breaks."),
        ([WIDER], ["--service", "mail"], 0, "Nothing changed."),
        ([WIDER], ["--service", "shop"], 1, "Not every version"),
    ],
)
def test_the_exit_code_says_whether_it_may_be_released(
    edits: list[Edit], flags: list[str], code: int, verdict: str, tmp_path: Path
) -> None:
    written(tmp_path / "new", *edits)
    result = diff("old", "new", *flags)
    assert result.exit_code == code
    assert verdict in result.stdout.splitlines()[-1]


def test_programs_get_what_the_schema_describes(tmp_path: Path) -> None:
    written(tmp_path / "new", WIDER, SAFE, WORDS, UNSURE, (HTTP, "      x-moves-to: closed\n", ""))
    result = diff("old", "new", "--format", "json", "--verbose")
    content = json.loads(result.stdout)
    Draft202012Validator(json.loads((ROOT / "docs" / "diff.schema.json").read_text())).validate(content)
    assert (result.exit_code, content["ok"], content["old"], content["new"]) == (1, False, "old", "new")
    assert content["counts"] == {"clients": 2, "services": 1, "undecided": 1, "safe": 1, "texts": 1}
    assert len(content["changes"]) == 5
    (wider,) = (change for change in content["changes"] if change["rule"] == "response-wider")
    assert wider["classes"] == ["clients"]
    assert wider["old"]["pointer"] == "/components/schemas/Offer/properties/price/maximum"


def test_a_changelog_is_ready_for_a_release(tmp_path: Path) -> None:
    written(tmp_path / "new", WIDER, SAFE, MAJOR)
    result = diff("old", "new", "--format", "markdown", "--output", "CHANGES.md")
    total = "3 changes: 1 breaking for clients, 0 for services, 0 undecided, 2 safe. The versions say so.\n"
    assert (result.exit_code, result.stdout) == (0, total)
    assert (
        (tmp_path / "CHANGES.md").read_text()
        == f"""\
## Contract changes from `old` to `new`

### Breaking for clients

- `maximum` of `Offer.price` is `200`, and was `100`. (shop.create 201, shop.get 200) Clients may meet what the old \
schema ruled out.

### Safe

- The version of `openapi/shop.yaml` is 2.0.0, and was 1.2.0. (openapi/shop.yaml) It says of the other changes what \
they are.
- `Offer.more` is new. (shop.create 201, shop.get 200) Answers are open: clients pass over it.

{total}"""
    )


def test_a_workflow_gets_annotations_where_the_change_stands(tmp_path: Path) -> None:
    written(tmp_path / "new", WIDER, UNSURE)
    error, warning, notice = diff("old", "new", "--format", "github").stdout.splitlines()
    assert error == (
        "::error file=new/openapi/shop.yaml,line=138,col=43,title=commerce-contract diff: response-wider::"
        "`maximum` of `Offer.price` is `200`, and was `100`.%0AClients may meet what the old schema ruled out.%0A"
        "shop.create 201, shop.get 200"
    )
    assert warning.startswith("::warning file=new/openapi/shop.yaml,line=139,col=")
    assert notice.startswith("::notice title=commerce-contract diff::2 changes: 1 breaking for clients")


def test_what_is_gone_is_annotated_without_a_file(tmp_path: Path) -> None:
    written(
        tmp_path / "new",
        (EVENTS, "  redis: {host: 'localhost:6379', protocol: redis}\n", "  x: {host: a, protocol: b}\n"),
    )
    (error, _) = diff("old", "new", "--format", "github").stdout.splitlines()
    assert error.startswith(
        "::error title=commerce-contract diff: broker-removed::The broker `redis` is gone. (old/asyncapi/shop.yaml:5)"
    )


def test_a_revision_is_compared_with_the_working_tree(repository: Path) -> None:
    assert repository.is_dir()
    result = diff("main")
    assert result.exit_code == 1
    assert "    main:openapi/shop.yaml:138 -> openapi/shop.yaml:138  #/" in result.stdout


def test_two_revisions_and_their_subdirectories_are_compared(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert diff("v1.0.0", "HEAD").stdout == "Nothing changed.\n"
    result = diff("v1.0.0", "HEAD:parts/shop")
    assert (
        result.exit_code,
        "    v1.0.0:openapi/shop.yaml:127 -> HEAD:parts/shop/openapi/shop.yaml:138" in result.stdout,
    ) == (0, True)
    monkeypatch.chdir(repository / "parts")
    assert "HEAD:parts/shop/openapi/shop.yaml:138" in diff("v1.0.0", "HEAD:./shop").stdout
    assert diff("HEAD:./shop").stdout == "Nothing changed.\n"


def test_without_another_a_directory_is_compared_with_what_check_reads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COMMERCE_CONTRACT", str(written(tmp_path / "new", SAFE)))
    assert "`Offer.more` is new." in diff("old").stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["nowhere"],
            "`nowhere` is no file and no directory, and no revision: the current directory is in no git repository",
        ),
        (["old", "empty"], "empty: there is no OpenAPI or AsyncAPI document in it"),
        (["old", "old", "--service", "stall"], "neither contract has a service `stall`; they have shop, mail"),
        (["old", "old", "--output", "no/such/file"], "cannot write no/such/file: No such file or directory"),
        (["old", "bad"], "bad has faults"),
        (["old", "old", "--format", "pdf"], "Invalid value for '--format'"),
    ],
)
def test_what_cannot_be_compared_is_one_line_and_exit_code_2(
    arguments: list[str], complaint: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "openapi.yaml").write_text("openapi: 3.1.0\npaths: []\n")
    result = diff(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("nowhere", "git knows no revision `nowhere` (in a shallow clone, fetch it first)"),
        ("HEAD:nowhere", "there is no document at nowhere of HEAD"),
        ("HEAD:../..", "is not inside of the repository"),
        ("--upload-pack=x", "No such option"),
    ],
)
def test_what_the_repository_does_not_have_is_said(argument: str, complaint: str, repository: Path) -> None:
    assert repository.is_dir()
    result = diff(argument)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_without_git_a_revision_is_refused(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    monkeypatch.setenv("PATH", str(repository / "nothing"))
    assert "without git installed it cannot be a revision" in diff("main").stderr


def test_links_of_a_revision_are_not_followed(repository: Path) -> None:
    (repository / "openapi" / "link.yaml").symlink_to("/etc/hostname")
    git("add", "openapi/link.yaml")
    git("commit", "-qm", "three")
    (repository / "openapi" / "link.yaml").unlink()
    assert diff("v1.0.0", "HEAD").stdout == "Nothing changed.\n"


def test_the_shop_itself_is_a_sound_contract() -> None:
    assert diff(str(SHOP), str(SHOP)).stdout == "Nothing changed.\n"
