"""References between files: relative, escaped, and to nothing outside."""

from pathlib import Path

import pytest

from commerce_contract.document import Document
from commerce_contract.library import DanglingReferenceError, Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    root = tmp_path / "contract"
    files = {
        root / "a.yaml": "x: {'a/b': {c~d: 1, 'e f': [7, 8]}}",
        root / "sub" / "b b.json": '{"y": {"z": 2}}',
        tmp_path / "outside.yaml": "z: 3",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Library(root)


@pytest.fixture
def document(library: Library) -> Document:
    return library.open(library.root / "a.yaml")


@pytest.mark.parametrize(
    ("reference", "uri", "value"),
    [
        ("#", "contract:///a.yaml#", {"x": {"a/b": {"c~d": 1, "e f": [7, 8]}}}),
        ("#/x/a~1b/c~0d", "contract:///a.yaml#/x/a~1b/c~0d", 1),
        ("#/x/a~1b/e%20f/1", "contract:///a.yaml#/x/a~1b/e%20f/1", 8),
        ("sub/b%20b.json#/y/z", "contract:///sub/b%20b.json#/y/z", 2),
        ("./sub/../a.yaml#/x/a~1b/c~0d", "contract:///a.yaml#/x/a~1b/c~0d", 1),
    ],
)
def test_a_reference_leads_to_a_node(
    library: Library, document: Document, reference: str, uri: str, value: object
) -> None:
    node = library.resolve(document, reference)
    assert node is not None
    assert (node.uri, node.value) == (uri, value)


def test_a_document_beside_the_contract_has_a_name_of_its_own(library: Library, document: Document) -> None:
    node = library.resolve(document, "../outside.yaml#/z")
    assert node is not None
    assert node.location.file == "../outside.yaml"
    assert node.uri == f"contract://outside{library.root.parent.as_posix()}/outside.yaml#/z"


def test_a_file_is_read_once(library: Library, document: Document) -> None:
    first, again = (library.resolve(document, "sub/b%20b.json#/y") for _ in range(2))
    assert first is not None
    assert again is not None
    assert first.document is again.document


@pytest.mark.parametrize(
    "reference", ["b.yaml", "#/x/c", "#/x/a~1b/e%20f/2", "#x", "http://example.com/a.yaml#/x", "//h/a"]
)
def test_a_reference_to_nothing_says_so(library: Library, document: Document, reference: str) -> None:
    with pytest.raises(DanglingReferenceError):
        library.resolve(document, reference)


def test_a_chain_is_followed_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: {d: 1}\nr: {$ref: '#/r'}\nn: {$ref: '#/m'}"
    )
    library = Library(tmp_path)
    root = library.open(tmp_path / "a.yaml").root
    end = library.follow(root.below("a"))
    assert end is not None
    assert (end.pointer, end.name) == ("/c", "c")
    assert library.follow(root.below("r")) is None, "a circle has no end"
    assert library.follow(root.below("n")) is None


def test_nothing_is_said_about_what_a_broken_file_holds(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    (tmp_path / "broken.yaml").write_text("a: [")
    library = Library(tmp_path)
    assert library.resolve(library.open(tmp_path / "a.yaml"), "broken.yaml#/a") is None
    assert [fault.location.file for fault in library.faults] == ["broken.yaml"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a document: the file holds nothing, not a mapping"),
        (b"- a", "not a document: the file holds a list, not a mapping"),
        (b"word", "not a document: the file holds a single value, not a mapping"),
        (b"a: \xff", "cannot be read: it is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_document_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    library = Library(tmp_path)
    assert library.open(path).broken
    assert [fault.message for fault in library.faults] == [message]


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.open(tmp_path / "gone.yaml").broken
    assert [fault.message for fault in library.faults] == ["cannot be read: No such file or directory"]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1")
    assert Library(tmp_path).open(tmp_path / "a.yaml").data == {"a": 1}
