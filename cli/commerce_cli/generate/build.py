"""One run of the generator, from a contract to the texts of all files."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from commerce_cli.generate.api_document import print_api
from commerce_cli.generate.formatting import formatted
from commerce_cli.generate.package_reading import is_of_the_platform, read
from commerce_cli.generate.printing import print_package, print_resources
from commerce_contract import Contract

MANIFEST: Final = "manifest.json"
COMMAND: Final = "commerce-contract generate"


@dataclass(frozen=True, slots=True)
class Build:
    """What a run made: the text of each file below the package, and of the list of methods.

    `left_out` says of each operation that a client cannot call why.
    """

    files: Mapping[str, str]
    api: str
    left_out: tuple[str, ...]


def build(contract: Contract, name: str, tell: Callable[[str], None]) -> Build:
    """Make a client of that class name; `tell` hears of each step. Raises GeneratorFailedError."""
    tell("reading the contract, printing models")
    reading = read(contract, name)
    tell("printing resources, errors and events")
    resources = print_resources(reading)
    printed = dict(print_package(reading, resources))
    tell(f"formatting {len(printed)} files")
    files = dict(sorted(formatted(printed).items()))
    files[MANIFEST] = _manifest(contract, files)
    return Build(files, print_api(reading.package, resources), reading.package.left_out)


def digest(content: bytes) -> str:
    """The hash by which a manifest knows a file."""
    return hashlib.sha256(content).hexdigest()


def _manifest(contract: Contract, files: Mapping[str, str]) -> str:
    told = {
        "generator": COMMAND,
        "contract": dict(_documents(contract)),
        "files": {name: digest(text.encode()) for name, text in files.items()},
    }
    return f"{json.dumps(told, indent=2)}\n"


def _documents(contract: Contract) -> Iterator[tuple[str, str]]:
    """The documents that the client is made of, with their hashes."""
    others = {file for each in contract.services.values() if not is_of_the_platform(each) for file in each.documents}
    for path in sorted(contract.files):
        name = PurePath(_relative(path, contract.root)).as_posix()
        if name not in others:
            yield name, digest(path.read_bytes())


def _relative(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
