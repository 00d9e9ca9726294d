"""Which files a contract consists of, and which language each speaks."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from commerce_contract.document import Document
from commerce_contract.source import ContractError, Fault, Location

ENVIRONMENT: Final = "COMMERCE_CONTRACT"
LANGUAGES: Final = ("openapi", "asyncapi")
_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})
_SNIFF: Final = re.compile(r"""^[ \t{]*["']?(openapi|asyncapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_VERSIONS: Final = {"openapi": re.compile(r"3\.[0-9]+(\.[0-9]+)?"), "asyncapi": re.compile(r"3\.[0-9]+(\.[0-9]+)?")}
_HEAD: Final = 4096  # characters within which a document says what it is


class NoContractError(ContractError):
    """There are no documents at all where the contract was looked for."""


def contract_directory() -> Path:
    """`$COMMERCE_CONTRACT`, else the platform's own documents."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else own_documents()


def own_documents() -> Path:
    """The documents in the installed package, else those of this checkout."""
    package = Path(__file__).resolve().parent
    packaged = package / "documents"
    return packaged if packaged.is_dir() else package.parents[1]


def files_of(directory: Path) -> tuple[Path, tuple[Path, ...]]:
    """The root of a contract and its documents. `directory` may be one document.

    A directory holds its documents in the folders `openapi` and `asyncapi`, or, where it has neither, itself: there
    other YAML and JSON files may lie beside them. Raises `NoContractError`.
    """
    directory = directory.absolute()
    if directory.is_file():
        return directory.parent, (directory,)
    if not directory.is_dir():
        raise _nothing(directory, "there is no such file or directory")
    folders = [folder for folder in (directory / language for language in LANGUAGES) if folder.is_dir()]
    files = [path for folder in folders for path in _candidates(folder)]
    if not folders:
        files = [path for path in _candidates(directory) if _SNIFF.search(_head(path))]
    if not files:
        raise _nothing(directory, "there is no OpenAPI or AsyncAPI document in it")
    return directory, tuple(files)


def _candidates(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())


def _head(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.read(_HEAD)
    except OSError:
        return "openapi:"  # let reading it say what is wrong


def _nothing(directory: Path, why: str) -> NoContractError:
    hint = f"Name a document or a directory with --contract or ${ENVIRONMENT}"
    return NoContractError([Fault(Location(str(directory), "", 1), why, hint)], directory)


def language_of(document: Document) -> str | None:
    """`openapi` or `asyncapi`, None for a part of other documents."""
    if not isinstance(document.data, dict):
        return None
    return next((language for language in LANGUAGES if language in document.data), None)


def check_entries(entries: Iterable[Document], referenced: set[Document]) -> Iterator[Fault]:
    """What is wrong with the way documents say what they are."""
    for document in entries:
        root = document.root
        if document.broken:
            continue
        if (language := language_of(document)) is not None:
            version = root.get(language)
            if not isinstance(version, str) or not _VERSIONS[language].fullmatch(version):
                shown = version if isinstance(version, str) else f"{version} (a number)"
                name = {"openapi": "OpenAPI", "asyncapi": "AsyncAPI"}[language]
                hint = f'Write `{language}: "3.1.0"`' if language == "openapi" else 'Write `asyncapi: "3.0.0"`'
                yield Fault(root.below(language).location, f"{name} {shown} is not read, only version 3", hint)
        elif "swagger" in document.data:
            yield Fault(root.below("swagger").location, "Swagger 2.0 is not read", "Convert it to OpenAPI 3")
        elif document not in referenced:
            message = "neither an OpenAPI nor an AsyncAPI document, and no other document refers to it"
            yield Fault(root.location, message, "Start it with `openapi:` or `asyncapi:`, or move it elsewhere")
