"""What a run made, compared with what lies in a directory, and written there."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from commerce_cli.generate.build import MANIFEST, digest
from commerce_cli.generate.rendering import MARK


class InTheWayError(Exception):
    """Files lie where generated ones shall go, and nobody generated them; the message names them."""


class Drift(StrEnum):
    """How a file differs from what the contract says now."""

    MISSING = "is missing"
    OLD = "is not what the contract says now"
    EDITED = "was edited by hand"
    STRAY = "is no longer made"


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that differs."""

    path: Path
    drift: Drift


@dataclass(frozen=True, slots=True)
class Output:
    """A directory of generated files, and others beside it (`documents`: path to text); as it shall be."""

    directory: Path
    files: Mapping[str, str]
    documents: Mapping[Path, str]

    def differences(self) -> Iterator[Difference]:
        """Every file that is not as it shall be, in the order of their paths."""
        known = self._known()
        for path, text in self._texts():
            if not path.is_file():
                yield Difference(path, Drift.MISSING)
            elif (found := path.read_bytes()) != text.encode():
                name = path.relative_to(self.directory).as_posix() if path.is_relative_to(self.directory) else ""
                edited = name in known and digest(found) != known[name]
                yield Difference(path, Drift.EDITED if edited else Drift.OLD)
        yield from (Difference(path, Drift.STRAY) for path in self._strays(known))

    def write(self) -> tuple[Difference, ...]:
        """Make everything as it shall be; what differed. Nothing is touched before all has been written beside it.

        Raises InTheWayError where a file lies in the way that was not generated.
        """
        different = tuple(self.differences())
        texts = dict(self._texts())
        self._refuse_foreign(each.path for each in different if each.path in texts)
        changed = [path for path in texts if any(each.path == path for each in different)]
        # The manifest comes last: as long as it is the old one, another run knows what is ours.
        changed.sort(key=lambda path: path.name == MANIFEST)
        staged: list[tuple[Path, Path]] = []
        try:
            staged.extend((_staged(path, texts[path]), path) for path in changed)
            for new, path in staged:
                new.replace(path)
        finally:
            for new, _ in staged:
                new.unlink(missing_ok=True)
        for each in different:
            if each.drift is Drift.STRAY:
                each.path.unlink()
        return different

    def _texts(self) -> Iterator[tuple[Path, str]]:
        yield from ((self.directory / name, text) for name, text in self.files.items())
        yield from self.documents.items()

    def _known(self) -> Mapping[str, str]:
        """The files of the last run with their hashes, as its manifest says."""
        try:
            files = json.loads((self.directory / MANIFEST).read_text(encoding="utf-8"))["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        found = files.items() if isinstance(files, dict) else ()
        return {name: str(value) for name, value in found if _is_below(name)}

    def _strays(self, known: Mapping[str, str]) -> Iterator[Path]:
        """Files of the last run that are no longer made."""
        for name in sorted(known.keys() - self.files.keys()):
            path = self.directory / name
            if path.is_file():
                yield path

    def _refuse_foreign(self, paths: Iterable[Path]) -> None:
        known = self._known()
        ours = {self.directory / name for name in known}
        foreign = [path for path in paths if path.is_file() and path not in ours and not _is_marked(path)]
        if foreign:
            shown = ", ".join(str(path) for path in foreign)
            raise InTheWayError(f"in the way, and not generated: {shown}. Move them, or choose another --out")


def _is_below(name: str) -> bool:
    """Whether a name of a manifest stays in its directory, whoever wrote the manifest."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.suffix == ".py"


def _is_marked(path: Path) -> bool:
    """Whether a file says in its first line that it is generated. A manifest has no such line."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return path.name == MANIFEST or MARK in file.readline()


def _staged(path: Path, text: str) -> Path:
    """The text in a new file beside the one that it will replace."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    Path(name).chmod(0o644)
    return Path(name)
