"""The mock of an earlier revision, out of git's history, as the other side of a comparison."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.before import Earlier, check_out
from benchmarks.failure import BenchmarkError
from benchmarks.routes import contract_routes

ROOT = Path(__file__).parents[2]
PARTS = ("src", "cli", "openapi", "asyncapi")


def git(repository: Path, *command: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    asked = ["git", "-C", str(repository), *who, *command]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return done.stdout.strip()


def written(repository: Path, text: str) -> str:
    """A revision in which each part has a file that says so."""
    for part in PARTS:
        (repository / part).mkdir(exist_ok=True)
        (repository / part / "file").write_text(text)
    (repository / "README.md").write_text(text)
    git(repository, "add", ".")
    git(repository, "commit", "-m", text)
    return git(repository, "rev-parse", "HEAD")


def test_a_revision_is_checked_out_as_it_was_and_only_what_is_run(tmp_path: Path) -> None:
    repository, tree = tmp_path / "repository", tmp_path / "tree"
    repository.mkdir()
    git(repository, "init", "--quiet")
    earlier = written(repository, "earlier")
    written(repository, "later")
    check_out(repository, earlier, tree)
    assert {file.relative_to(tree).as_posix(): file.read_text() for file in tree.rglob("file")} == {
        f"{part}/file": "earlier" for part in PARTS
    }
    assert not (tree / "README.md").exists()


def test_without_that_revision_it_is_said_what_is_needed(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    with pytest.raises(BenchmarkError, match="takes git and a clone with its history: fatal: not a tree object"):
        check_out(tmp_path, "0" * 40, tmp_path / "tree")


def test_the_mock_of_a_tree_runs_that_tree_and_knows_users(tmp_path: Path) -> None:
    for part in PARTS:
        (tmp_path / part).symlink_to(ROOT / part)
    side = Earlier(contract_routes(), tmp_path)
    with side.server(None) as server:
        command = Path(f"/proc/{server.pid}/cmdline").read_bytes().decode()
        assert str(tmp_path / "src") in command
        assert len(side.owners(server, 2)) == 2
