"""docs/conformance.md and action.yml: they name what there is, and no other."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from commerce_cli import contract as command
from commerce_conformance import configuration
from commerce_conformance.law import Law
from commerce_conformance.laws import LAWS
from commerce_conformance.profiles import PROFILES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/conformance.md").read_text()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


def cells(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def row(law: Law) -> str:
    return f"| `{law.name}` | {law.sentence} It follows from: {law.derives[0].lower()}{law.derives[1:]} |"


def test_each_law_is_explained_by_what_it_says_and_what_it_follows_from() -> None:
    told = [f"| {name} | {says} |" for name, says in cells("The laws")]
    assert told == [row(law) for law in LAWS], "put these rows there:\n" + "\n".join(map(row, LAWS))


def test_each_key_of_the_file_is_explained() -> None:
    assert [name.strip("`") for name, _ in cells("conformance.toml")] == list(configuration.KEYS)


def test_the_file_that_the_page_shows_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", "s3")
    first, second = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    for text in (first, second):
        path = tmp_path / "conformance.toml"
        path.write_text(text)
        assert "hooks" in configuration.read(path)


def test_each_profile_is_explained() -> None:
    assert [name.strip("`") for name, _ in cells("Profiles")] == list(PROFILES)


def options() -> set[str]:
    group: Any = typer.main.get_command(command.app)
    found = group.commands["test"].params
    return {option.removeprefix("--") for parameter in found for option in parameter.opts if option.startswith("--")}


def test_the_action_has_an_input_for_each_option() -> None:
    # What only a person at a desk wants is none of the action's.
    assert set(ACTION["inputs"]) - {"python-version"} == options() - {"help", "list", "github", "write-baseline"}


def test_what_the_page_gives_the_action_it_takes() -> None:
    jobs = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    (used,) = [step["with"] for job in jobs if "jobs" in job for step in job["jobs"]["conformance"]["steps"][-1:]]
    assert used.keys() <= ACTION["inputs"].keys()
    (line,) = [job["conformance"]["script"][1] for job in jobs if "conformance" in job]
    assert {word.removeprefix("--") for word in line.split() if word.startswith("--")} <= options()


@pytest.mark.parametrize(
    ("inputs", "arguments"),
    [
        ({"orders": "http://h", "python-version": "3.13", "users": ""}, ["--orders=http://h"]),
        ({"url": "a=http://a\nb=http://b"}, ["--url=a=http://a", "--url=b=http://b"]),
        ({"token-command": "t '{user}' \"$HOME\" `id`"}, ["--token-command=t '{user}' \"$HOME\" `id`"]),
    ],
)
def test_the_action_hands_its_inputs_over_as_they_are(
    inputs: dict[str, str], arguments: list[str], tmp_path: Path
) -> None:
    told = tmp_path / "commerce-contract"
    told.write_text(
        f'#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([sys.argv[1:], "INPUTS" in os.environ]))\n'
    )
    told.chmod(0o755)
    (tmp_path / "python").symlink_to(sys.executable)
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "INPUTS": json.dumps(inputs)}
    script = ACTION["runs"]["steps"][-1]["run"]
    done = subprocess.run(  # noqa: S603 - our own script, as a workflow runs it
        ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], capture_output=True, text=True,
        env=environment, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout) == [["test", "--github", *arguments], False], done.stderr
