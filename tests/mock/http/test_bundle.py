"""Several files made one document: nothing lost, nothing referenced outside, no two things under one name."""

from collections.abc import Mapping
from typing import Any

import pytest
from openapi_spec_validator import validate

from commerce_contract.library import Library
from commerce_mock.http.bundle import bundle, excerpt
from harness.platform import contract

Files = Mapping[str, dict[str, Any]]
INFO: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}


def answering(schema: Any) -> dict[str, Any]:
    """A path item whose GET answers with a schema."""
    content = {"application/json": {"schema": schema}}
    return {"get": {"responses": {"200": {"description": "ok", "content": content}}}}


def answered(document: Mapping[str, Any], path: str = "/a") -> Any:
    return document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]


def one(files: Files, *names: str, paths: Mapping[tuple[str, str], str] | None = None) -> dict[str, Any]:
    """Bundle files; the result must be a valid document that refers only to itself."""
    document = bundle(names or ["a.yaml"], files.__getitem__, paths)
    for reference in references(document):
        assert reference.startswith("#/"), reference
    validate(document)
    return document


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if not isinstance(node, Mapping):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for child in node.values() for found in references(child)]


def test_a_component_of_another_file_becomes_one_of_this() -> None:
    shared = {"components": {"schemas": {"Money": {"type": "number"}}}}
    files: Files = {
        "a.yaml": {**INFO, "paths": {"/a": answering({"$ref": "b.yaml#/components/schemas/Money"})}},
        "b.yaml": shared,
    }
    document = one(files)
    assert answered(document) == {"$ref": "#/components/schemas/Money"}
    assert document["components"] == {"schemas": {"Money": {"type": "number"}}}


def test_what_a_copied_component_refers_to_comes_along() -> None:
    schemas = {
        "Price": {"properties": {"amount": {"$ref": "#/components/schemas/Money"}}},
        "Money": {"type": "number"},
        "Unused": {"type": "string"},
    }
    files: Files = {
        "a.yaml": {**INFO, "paths": {"/a": answering({"$ref": "sub/b.yaml#/components/schemas/Price"})}},
        "sub/b.yaml": {"components": {"schemas": schemas}},
    }
    assert one(files)["components"]["schemas"] == {"Money": schemas["Money"], "Price": schemas["Price"]}


def test_anything_else_is_put_in_its_place() -> None:
    files: Files = {
        "a.yaml": {**INFO, "paths": {"/a": {"$ref": "paths/a.yaml"}}},
        "paths/a.yaml": answering({"$ref": "../b.yaml#/definitions/Name"}),
        "b.yaml": {"definitions": {"Name": {"type": "string"}}},
    }
    document = one(files)
    assert answered(document) == {"type": "string"}
    assert "components" not in document


def test_what_stands_beside_a_reference_stays() -> None:
    inlined = {"$ref": "b.yaml#/Name", "description": "here"}
    referenced = {"$ref": "#/components/schemas/X", "description": "there", "x-problem": "P"}
    files: Files = {
        "a.yaml": {
            **INFO,
            "paths": {"/a": answering(inlined), "/b": answering(referenced)},
            "components": {"schemas": {"X": {"type": "string"}}},
        },
        "b.yaml": {"Name": {"type": "string", "description": "there"}},
    }
    document = one(files)
    assert answered(document) == {"type": "string", "description": "here"}
    assert answered(document, "/b") == referenced


def test_a_schema_that_contains_itself_becomes_a_component() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#/Tree"}, "right": {"$ref": "#/Tree"}}}
    files: Files = {
        "a.yaml": {
            **INFO,
            "paths": {"/a": answering({"$ref": "b.yaml#/Tree"}), "/b": answering({"$ref": "b.yaml#/Tree"})},
        },
        "b.yaml": {"Tree": tree},
    }
    document = one(files)
    own = {"$ref": "#/components/schemas/Tree"}
    assert answered(document) == answered(document, "/b") == own
    assert document["components"]["schemas"]["Tree"]["properties"] == {"left": own, "right": own}


def test_a_whole_file_that_contains_itself_is_named_after_it() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "node.yaml"}}}
    files: Files = {"a.yaml": {**INFO, "paths": {"/a": answering({"$ref": "node.yaml"})}}, "node.yaml": node}
    assert one(files)["components"]["schemas"] == {
        "node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/node"}}}
    }


def test_a_name_that_two_files_use_is_told_apart_by_the_file() -> None:
    files: Files = {
        "a.yaml": {
            **INFO,
            "paths": {"/a": answering({"$ref": "b.yaml#/components/schemas/Item"})},
            "components": {"schemas": {"Item": {"type": "string"}}},
        },
        "b.yaml": {"components": {"schemas": {"Item": {"type": "number"}}}},
    }
    document = one(files)
    assert answered(document) == {"$ref": "#/components/schemas/Item.b"}
    assert document["components"]["schemas"] == {"Item": {"type": "string"}, "Item.b": {"type": "number"}}


def test_a_component_that_only_refers_to_another_keeps_its_name() -> None:
    schemas = {"Mine": {"$ref": "b.yaml#/components/schemas/Theirs"}, "Also": {"$ref": "#/components/schemas/Mine"}}
    files: Files = {
        "a.yaml": {
            **INFO,
            "paths": {"/a": answering({"$ref": "#/components/schemas/Also"})},
            "components": {"schemas": schemas},
        },
        "b.yaml": {"components": {"schemas": {"Theirs": {"type": "number"}}}},
    }
    document = one(files)
    assert answered(document) == {"$ref": "#/components/schemas/Mine"}
    assert document["components"]["schemas"] == {
        "Also": {"$ref": "#/components/schemas/Mine"},
        "Mine": {"type": "number"},
    }


def test_components_that_refer_to_each_other_in_a_circle_end() -> None:
    circle = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
    document = bundle(["a.yaml"], {"a.yaml": {**INFO, "paths": {}, "components": {"schemas": circle}}}.__getitem__)
    assert set(document["components"]["schemas"]) == {"A", "B"}


def test_a_discriminators_mapping_follows_its_schemas() -> None:
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "tom": "Cat"}},
    }
    cat = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    files: Files = {
        "a.yaml": {
            **INFO,
            "paths": {"/a": answering({"$ref": "b.yaml#/components/schemas/Pet"})},
            "components": {"schemas": {"Cat": {"type": "string"}}},
        },
        "b.yaml": {"components": {"schemas": {"Pet": union, "Cat": cat}}},
    }
    mapping = one(files)["components"]["schemas"]["Pet"]["discriminator"]["mapping"]
    assert mapping == {"cat": "#/components/schemas/Cat.b", "tom": "#/components/schemas/Cat.b"}


@pytest.mark.parametrize("key", ["example", "default", "const"])
def test_data_that_looks_like_a_reference_is_data(key: str) -> None:
    schema = {key: {"$ref": "nowhere.yaml"}}
    files: Files = {"a.yaml": {**INFO, "paths": {"/a": answering(schema)}}}
    assert answered(bundle(["a.yaml"], files.__getitem__)) == schema


def test_a_property_named_like_a_keyword_of_data_is_a_schema() -> None:
    properties = {"example": {"$ref": "b.yaml#/Name"}, "value": {"$ref": "b.yaml#/Name"}}
    files: Files = {
        "a.yaml": {**INFO, "paths": {"/a": answering({"type": "object", "properties": properties})}},
        "b.yaml": {"Name": {"type": "string"}},
    }
    assert answered(one(files))["properties"] == {"example": {"type": "string"}, "value": {"type": "string"}}


def test_extensions_among_components_and_elements_of_lists_are_found() -> None:
    listed = {"allOf": [{"$ref": "b.yaml#/list/0"}]}
    files: Files = {
        "a.yaml": {**INFO, "paths": {"/a": answering(listed)}, "components": {"x-notes": {"a": 1}}},
        "b.yaml": {"list": [{"type": "string", "examples": ["a"]}]},
    }
    document = one(files)
    assert answered(document) == {"allOf": [{"type": "string", "examples": ["a"]}]}
    assert "components" not in document


def test_several_documents_are_merged_with_the_security_of_each() -> None:
    bearer = {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}
    tagged = {"tags": [{"name": "Health"}, {"name": "A"}]}
    files: Files = {
        "a.yaml": {**INFO, **tagged, "paths": {"/health": answering({}), "/a": answering({})}},
        "b.yaml": {
            **INFO,
            "tags": [{"name": "Health"}, {"name": "B"}],
            "security": [{"bearer": []}],
            "paths": {"/health": answering({}), "/b": answering({})},
            "components": bearer,
        },
    }
    moved = {(file, "/health"): f"/{file[0]}/health" for file in files}
    document = one(files, "a.yaml", "b.yaml", paths=moved)
    assert {path: item["get"]["security"] for path, item in document["paths"].items()} == {
        "/a/health": [],
        "/a": [],
        "/b/health": [{"bearer": []}],
        "/b": [{"bearer": []}],
    }
    assert [tag["name"] for tag in document["tags"]] == ["Health", "A", "B"]
    assert "security" not in document


def test_what_an_earlier_file_refers_to_keeps_what_it_is() -> None:
    files: Files = {
        "a.yaml": {
            **INFO,
            "paths": {"/a": answering({"$ref": "b.yaml#/components/schemas/X"})},
            "components": {"schemas": {"X": {"type": "string"}}},
        },
        "b.yaml": {**INFO, "paths": {}, "components": {"schemas": {"X": {"type": "number"}}}},
    }
    document = one(files, "a.yaml", "b.yaml")
    assert answered(document) == {"$ref": "#/components/schemas/X.b"}
    assert document["components"]["schemas"] == {"X": {"type": "string"}, "X.b": {"type": "number"}}


def test_the_documents_themselves_are_left_as_they_were() -> None:
    library = Library(contract().root)
    files = {document: library.open(contract().root / document).data for document in ["openapi/orders.yaml"]}
    before = repr(files)
    document = bundle(["openapi/orders.yaml"], lambda file: library.open(contract().root / file).data)
    document["paths"].clear()
    assert repr(files) == before


def test_an_excerpt_brings_its_components() -> None:
    files: Files = {
        "a.yaml": {"payload": {"properties": {"items": {"$ref": "b.yaml#/components/schemas/Item"}}}},
        "b.yaml": {"components": {"schemas": {"Item": {"type": "object"}}}},
    }
    node, document = excerpt("a.yaml", "/payload", files.__getitem__)
    assert node == {"properties": {"items": {"$ref": "#/components/schemas/Item"}}}
    assert document == {"components": {"schemas": {"Item": {"type": "object"}}}}


def test_an_excerpt_may_contain_itself() -> None:
    files: Files = {"a.yaml": {"payload": {"properties": {"inner": {"$ref": "#/payload"}}}}}
    node, document = excerpt("a.yaml", "/payload", files.__getitem__)
    assert node == {"properties": {"inner": {"$ref": "#/components/schemas/payload"}}}
    assert document == {"components": {"schemas": {"payload": node}}}
