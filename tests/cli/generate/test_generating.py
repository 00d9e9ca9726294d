"""`commerce-contract generate`: what it prints, and the code it ends with."""

import builtins
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from commerce_cli.contract import main
from commerce_cli.generate import modelling

ROOT = Path(__file__).parents[3]
SHOP = """
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: 'http://localhost:9000'}]
paths:
  /things:
    get:
      operationId: shop.list
      responses: {'200': {$ref: '#/components/responses/Things'}}
    post:
      operationId: shop.upload
      requestBody: {required: true, content: {text/csv: {}}}
      responses: {'204': {description: Taken}}
components:
  responses:
    Things:
      description: Things
      content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}
  schemas:
    Thing: {type: object, properties: {name: {type: string}}}
"""


class Printed(NamedTuple):
    """What a run of the command left; lives as long as its test."""

    exit_code: object
    stdout: str
    stderr: str


def run(*arguments: str, stderr: StringIO | None = None) -> Printed:
    err = stderr or StringIO()
    with redirect_stdout(StringIO()) as out, redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(["generate", *arguments])
    return Printed(ended.value.code, out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command is run in a directory of its own, with a document beside it."""
    monkeypatch.delenv("COMMERCE_CONTRACT", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP, encoding="utf-8")


def test_a_client_is_written_once_and_then_nothing_changes() -> None:
    first = run("--contract", "shop.yaml", "--out", "out/shop", "--name", "Shop", "--api-doc", "api.md")
    assert first == Printed(
        0, "7 files in out/shop, 8 changed.\n", "note: shop.upload is left out: its body is not JSON\n"
    )
    assert Path("api.md").read_text(encoding="utf-8").count("\n### ") == 1
    again = run("--contract", "shop.yaml", "--out", "out/shop", "--name", "Shop", "--api-doc", "api.md")
    assert again.stdout == "7 files in out/shop, none changed.\n"


def test_check_names_what_differs_and_the_command_that_mends_it() -> None:
    options = ("--contract", "shop.yaml", "--out", "out dir", "--name", "Shop")
    run(*options)
    assert run(*options, "--check")[:2] == (0, "7 files in out dir are what the contract says.\n")
    Path("out dir/client.py").write_text("# mine", encoding="utf-8")
    Path("out dir/shop.py").unlink()
    Path("shop.yaml").write_text(SHOP.replace("{name: {type: string}}", "{name: {type: integer}}"), encoding="utf-8")
    checked = run(*options, "--check")
    assert checked.exit_code == 1
    assert checked.stdout.splitlines() == [
        "out dir/client.py was edited by hand",
        "out dir/models/shop.py is not what the contract says now",
        "out dir/shop.py is missing",
        "out dir/manifest.json is not what the contract says now",
        "4 files to mend: run `commerce-contract generate --contract shop.yaml --out 'out dir' --name Shop`.",
    ]
    assert Path("out dir/client.py").read_text(encoding="utf-8") == "# mine"
    assert run(*options).exit_code == 0
    assert run(*options, "--check").exit_code == 0


def test_the_committed_client_is_checked_where_nobody_says_which() -> None:
    assert run("--check") == Printed(
        0, f"15 files in {ROOT}/src/commerce_sdk/_generated are what the contract says.\n", ""
    )


def test_other_documents_never_overwrite_the_client_of_the_checkout() -> None:
    refused = run("--contract", "shop.yaml")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "say with --out where the client of these documents is to go" in refused.stderr


@pytest.mark.parametrize("name", ["shop", "2Shop", "My Shop", ""])
def test_a_name_must_be_that_of_a_class(name: str) -> None:
    refused = run("--contract", "shop.yaml", "--out", "out", "--name", name)
    assert refused.exit_code == 2
    assert "a class name is letters and digits with a capital first" in refused.stderr


def test_a_name_that_the_client_needs_for_something_else_is_refused() -> None:
    refused = run("--contract", "shop.yaml", "--out", "out", "--name", "Client")
    assert refused.exit_code == 2
    assert "--name Client: the client has something else of that name; choose another" in refused.stderr


def test_faults_of_the_documents_are_told_as_by_check() -> None:
    Path("shop.yaml").write_text(SHOP.replace("schemas/Thing'", "schemas/Thin'"), encoding="utf-8")
    refused = run("--contract", "shop.yaml", "--out", "out")
    assert refused.exit_code == 1
    assert "leads nowhere" in refused.stdout
    assert not Path("out").exists()


def test_no_documents_are_one_line() -> None:
    refused = run("--contract", "nothing", "--out", "out")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("commerce-contract: ")
    assert "there is no such file or directory" in refused.stderr


def test_a_file_of_somebody_else_stays() -> None:
    Path("out").mkdir()
    Path("out/shop.py").write_text("mine", encoding="utf-8")
    refused = run("--contract", "shop.yaml", "--out", "out", "--name", "Shop")
    assert refused.exit_code == 2
    assert "in the way, and not generated" in refused.stderr
    assert Path("out/shop.py").read_text(encoding="utf-8") == "mine"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelling, "find_spec", lambda _: None)
    refused = run("--contract", "shop.yaml", "--out", "out", "--name", "Shop")
    assert refused.exit_code == 2
    assert 'datamodel-code-generator is not installed: pip install "commerce-sdk[generate]"' in refused.stderr


def test_without_jinja_it_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("commerce_cli.generate")]:
        monkeypatch.delitem(sys.modules, module)
    known = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name.startswith("jinja2"):
            raise ModuleNotFoundError(name=name)
        return known(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    refused = run("--contract", "shop.yaml", "--out", "out", "--name", "Shop")
    assert refused.exit_code == 2
    assert 'jinja2 is not installed: pip install "commerce-sdk[generate]"' in refused.stderr


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_steps_are_told_on_a_terminal() -> None:
    told = run("--contract", "shop.yaml", "--out", "out", "--name", "Shop", stderr=Terminal()).stderr
    assert "printing resources, errors and events …" in told
