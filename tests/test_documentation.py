"""README and docs: what they show is what happens, and what there is they name."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from commerce_cli import contract as contract_command
from commerce_cli import mock as mock_command
from commerce_contract.vocabulary import KEYS
from commerce_mock.services.cards import FATES
from harness.brokers import valkey
from harness.manual import Reader, Session, Step, read
from harness.platform import contract

ROOT = Path(__file__).parents[1]
MADE = {"conformance-mutants.md", "conformance-faults.md"}  # by scripts, from what they ran: tests compare them
PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in MADE)]
PROSE = [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
REDIS = "localhost:6379"
README, MOCK, CONTRACT = (ROOT / name for name in ("README.md", "docs/mock.md", "docs/contract.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_is_what_happens(page: Path, tmp_path: Path) -> None:
    steps = list(read(page))
    commands = [step.command for step in steps if isinstance(step, Step)]
    assert len([step for step in steps if isinstance(step, (Step, Session))]) >= 5
    # Who reads takes longer than a payment does; who tests does not wait for it.
    also = () if any("--clock" in command for command in commands) else ("--payment-delay", "0")
    with brokers(commands, tmp_path) as known, Reader(tmp_path, *also, brokers=known) as reader:
        assert [wrong for step in steps if (wrong := reader.follow(step))] == []


@contextmanager
def brokers(commands: list[str], directory: Path) -> Iterator[dict[str, str]]:
    """The brokers that a page's mock is joined to, by the addresses that the page knows."""
    if not any("--events redis://" in command for command in commands):
        yield {}
        return
    data = directory / ".valkey"
    data.mkdir()
    with valkey(data) as server:
        yield {REDIS: f"127.0.0.1:{server.port}"}


@pytest.mark.parametrize("shown", ["{now: 2023-01-01T01:00:01Z, …}", "{now: 2023-01-01T01:00:00Z}", "{…, mode: real}"])
def test_a_page_that_shows_something_else_is_found_out(shown: str, tmp_path: Path) -> None:
    said = "{now: 2023-01-01T01:00:00Z, mode: frozen}"
    page = tmp_path / "page.md"
    page.write_text(f"```console\n$ echo '{said}'\n{said}\n$ echo '{said}'\n{shown}\n```\n")
    reader = Reader(tmp_path)
    reader.exact = True
    good, bad = (reader.follow(step) for step in read(page))
    assert good is None
    assert bad is not None
    assert bad.startswith("line 4: ")


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = page.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def flags(app: typer.Typer, command: str) -> set[str]:
    """The long flags of a command."""
    group = typer.main.get_command(app)
    found = getattr(group, "commands", {})[command]
    return {option for parameter in found.params for option in parameter.opts if option.startswith("--")}


def test_every_flag_of_serve_is_explained_and_no_other() -> None:
    told = {re.sub(r"[` ].*", "", cells[0].strip("`")) for cells in rows(MOCK, "Flags")}
    assert told == flags(mock_command.app, "serve")


def test_the_readme_names_every_flag_of_the_other_commands() -> None:
    told = {cells[0]: set(re.findall(r"--[a-z-]+", cells[1])) for cells in rows(README, "The commands")}
    assert told["`commerce-mock token`"] == flags(mock_command.app, "token")
    for command in ("coverage", "replay"):
        assert told[f"`commerce-mock {command}`"] == flags(mock_command.app, command)
    commands = set(getattr(typer.main.get_command(contract_command.app), "commands", {}))
    assert commands == {"check", "diff", "generate", "test"}
    for command in commands:
        assert told[f"`commerce-contract {command}`"] == flags(contract_command.app, command)


def test_the_readme_names_every_target_of_make() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"help"}
    (told,) = (cells[0] for cells in rows(README, "The commands") if cells[0].startswith("`make"))
    assert set(re.findall(r"`(?:make )?([a-z-]+)`", told)) == targets


def test_the_mocks_page_names_every_operation_of_the_admin_api() -> None:
    operations = contract().services["admin"].operations
    told = {cells[0].strip("`"): cells[1].strip("`") for cells in rows(MOCK, "The admin API")}
    assert told == {operation.name: f"{operation.method} {operation.path}" for operation in operations}


def test_the_mocks_page_tells_the_fate_of_every_test_card() -> None:
    told = {number: cells[1] for cells in rows(MOCK, "Test cards") for number in re.findall(r"\d{16}", cells[0])}
    assert told.keys() >= FATES.keys()
    for number, outcome in told.items():
        fate = FATES.get(number)
        code = fate and (fate.refused or fate.error_code)
        assert (code or ("processing" if fate and fate.stays else "completed")) in outcome


def test_the_contracts_page_explains_the_five_keys() -> None:
    told = [cells[0].strip("`") for cells in rows(CONTRACT, "Five keys") if cells[0].startswith("`x-")]
    assert sorted(told) == sorted(KEYS)


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{page.name} links to {target}"
