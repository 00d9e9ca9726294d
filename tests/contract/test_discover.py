"""Where a contract is looked for."""

import errno
import shutil
from pathlib import Path
from typing import IO, Any

import pytest

import commerce_contract.discover
from commerce_contract import ContractError, NoContractError, load
from commerce_contract.discover import ENVIRONMENT, contract_directory
from contract.tiny import TINY


def test_without_a_directory_the_checkout_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert load().root == Path(__file__).parents[2]


def test_the_environment_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(TINY))
    assert load().root == TINY


def test_an_installed_package_carries_its_documents(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    monkeypatch.setattr(commerce_contract.discover, "__file__", str(tmp_path / "discover.py"))
    shutil.copytree(TINY, tmp_path / "documents")
    assert contract_directory() == tmp_path.resolve() / "documents"
    assert "tickets" in load().services


def test_a_single_document_brings_what_it_refers_to() -> None:
    contract = load(TINY / "asyncapi" / "tickets.yaml")
    assert contract.root == TINY / "asyncapi"
    files = {path.relative_to(TINY).as_posix() for path in contract.files}
    assert files == {"asyncapi/tickets.yaml", "openapi/tickets.yaml", "openapi/common.yaml"}


def test_a_relative_directory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TINY.parent)
    assert load(Path("tickets")).root == TINY


def test_documents_may_stand_in_the_directory_itself_beside_other_files(tmp_path: Path) -> None:
    shutil.copy(TINY / "openapi" / "common.yaml", tmp_path / "common.yml")
    (tmp_path / "api.json").write_text('{"openapi": "3.1.0", "info": {}, "paths": {}}', encoding="utf-8")
    (tmp_path / "compose.yaml").write_text("services: {a: {image: b}}", encoding="utf-8")
    (tmp_path / "list.yaml").write_text("- not\n- a document", encoding="utf-8")
    (tmp_path / "notes.md").write_text("openapi: 3.1.0", encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    contract = load(tmp_path)
    assert [path.name for path in contract.files] == ["api.json", "common.yml"]
    assert list(contract.services) == ["api"]


def test_a_part_in_a_folder_of_documents_is_welcome_where_a_document_refers_to_it(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    tickets = tmp_path / "openapi" / "tickets.yaml"
    text = tickets.read_text(encoding="utf-8")
    tickets.write_text(text.replace("{type: string, minLength: 3}", "{$ref: 'title.yaml'}"), encoding="utf-8")
    (tmp_path / "openapi" / "title.yaml").write_text("type: string\nminLength: 4", encoding="utf-8")
    assert not load(tmp_path).resources["tickets"].schema.properties["title"].is_valid("abc")


@pytest.mark.parametrize(
    ("name", "message"),
    [("gone", "there is no such file or directory"), ("", "there is no OpenAPI or AsyncAPI document in it")],
)
def test_nothing_to_read_is_an_error_of_its_own(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(NoContractError) as refused:
        load(tmp_path / name)
    (fault,) = refused.value.faults
    assert (fault.location.file, fault.message) == (str(tmp_path / name), message)
    assert fault.hint == "Name a document or a directory with --contract or $COMMERCE_CONTRACT"


def test_a_folder_of_documents_without_any_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "openapi").mkdir()
    with pytest.raises(NoContractError):
        load(tmp_path)


def test_a_file_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> IO[Any]:
        if path.name == "locked.yaml":
            raise PermissionError(errno.EACCES, "Permission denied")
        file: IO[Any] = opened(path, *arguments, **options)
        return file

    (tmp_path / "locked.yaml").touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ContractError, match="cannot be read: Permission denied"):
        load(tmp_path)
