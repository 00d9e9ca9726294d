"""Contracts named as a person names them: a directory, a document, or a git revision."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from commerce_cli.report import shown_path
from commerce_cli.running import RefusedError
from commerce_contract import Location
from commerce_contract.discover import contract_directory

_DOCUMENTS: Final = frozenset({".yaml", ".yml", ".json"})
_LINK: Final = b"120000"  # the mode of a symbolic link


@dataclass(frozen=True, slots=True)
class Source:
    """Where a contract comes from. `label` is how it was named, `path` where its documents lie.

    `prefix` stands before a file's name in reports, such as `main:contract`; None for files that lie where they are
    named.
    """

    label: str
    path: Path
    prefix: str | None = None

    def shown(self, root: Path, place: Location) -> str:
        """A place as a person finds it: a file in the current directory, or `git show` of it."""
        if self.prefix is None:
            return f"{shown_path(root, place.file)}:{place.line}"
        separator = "" if self.prefix.endswith(":") else "/"
        return f"{self.prefix}{separator}{place.file}:{place.line}"


@contextmanager
def sources(old: str, new: str | None) -> Iterator[tuple[Source, Source]]:
    """The two sides of a comparison; documents of revisions lie in a directory that lives as long as the context.

    Without `new`: the working tree where `old` is a revision, else the contract that `check` would read. Raises
    RefusedError.
    """
    with TemporaryDirectory(prefix="commerce-contract-") as directory:
        before = _source(old, Path(directory, "old"))
        if new is not None:
            yield before, _source(new, Path(directory, "new"))
        elif before.prefix is not None:
            path = _top() / before.prefix.partition(":")[2]
            yield before, Source(os.path.relpath(path), path)
        else:
            path = contract_directory()
            yield before, Source(str(path), path)


def _source(text: str, directory: Path) -> Source:
    if Path(text).exists():
        return Source(text, Path(text))
    revision, _, inner = text.partition(":")
    commit = _commit(text, revision)
    inner = _inside(inner)
    _extract(commit, directory)
    path = directory / inner
    if not path.exists():
        raise RefusedError(f"there is no document at {inner or 'the top'} of {revision}")
    folder = inner if path.is_dir() else PurePosixPath(inner).parent.as_posix()
    return Source(text, path, f"{revision}:{'' if folder == '.' else folder}")


def _inside(path: str) -> str:
    """A path from the top of the repository; one that starts with a dot is from the current directory, as for git."""
    if path.startswith(("./", "../")) or path in {".", ".."}:
        path = os.path.relpath(Path.cwd().resolve() / path, _top().resolve())
    path = os.path.normpath(path) if path else ""
    if path.startswith(("../", "/")) or path == "..":
        raise RefusedError(f"{path} is not inside of the repository")
    return "" if path == "." else path


def _top() -> Path:
    return Path(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n")))


def _commit(text: str, revision: str) -> str:
    nothing = f"`{text}` is no file and no directory"
    if shutil.which("git") is None:
        raise RefusedError(f"{nothing}, and without git installed it cannot be a revision")
    try:
        _git("rev-parse", "--git-dir")
    except RefusedError:
        raise RefusedError(f"{nothing}, and no revision: the current directory is in no git repository") from None
    try:
        return _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    except RefusedError:
        message = f"{nothing}, and git knows no revision `{revision}` (in a shallow clone, fetch it first)"
        raise RefusedError(message) from None


def _extract(commit: str, directory: Path) -> None:
    """Write every YAML and JSON file of a commit below a directory."""
    directory.mkdir()
    listed = _git("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
    files: list[tuple[bytes, str]] = []
    for line in filter(None, listed):
        about, _, name = line.partition(b"\t")
        mode, kind, identity = about.split()
        path = PurePosixPath(os.fsdecode(name))
        if kind == b"blob" and mode != _LINK and path.suffix in _DOCUMENTS and ".." not in path.parts:
            files.append((identity, str(path)))
    contents = _git("cat-file", "--batch", given=b"".join(identity + b"\n" for identity, _ in files))
    at = 0
    for _, file in files:
        end = contents.index(b"\n", at)
        size = int(contents[at:end].split()[2])
        target = directory / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents[end + 1 : end + 1 + size])
        at = end + size + 2


def _git(*arguments: str, given: bytes | None = None) -> bytes:
    """What git prints. Raises RefusedError with its complaint."""
    command = shutil.which("git") or "git"
    done = subprocess.run([command, *arguments], input=given, capture_output=True, check=False)  # noqa: S603 - git, with arguments that are no options
    if done.returncode:
        raise RefusedError(f"git {arguments[0]}: {os.fsdecode(done.stderr).strip()}")
    return done.stdout
