"""The JSON Schema of scenarios, made from a contract: editors check and complete YAML files with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from commerce_contract import Contract, Resource, Schema
from commerce_contract.library import Library
from commerce_mock.behaviour import plan_of
from commerce_mock.controls import PREFIX, with_controls
from commerce_mock.http.bundle import NAMES, excerpt
from commerce_mock.scenario import PRIVATE

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FILE: Final = "scenario"  # of no directory, so that no document has this name
_COMPONENTS: Final = "#/components/schemas/"
_SAYING: Final = frozenset({"discriminator", "example", "xml", "externalDocs"})  # OpenAPI's, which editors do not know


def scenario_schema(contract: Contract) -> dict[str, Any]:
    """The schema, in one piece (draft 2020-12). Raises LookupError where the contract leaves the controls out."""
    contract = with_controls(contract)
    form = _form(contract)
    written = {_FILE: {"components": {}, "schema": _scenario(contract, form)}}
    library = Library(contract.root)

    def read(file: str) -> Mapping[str, Any]:
        return written[file] if file in written else library.open(contract.root / file).data

    schema, document = excerpt(_FILE, "/schema", read)
    parts = document["components"].get("schemas", {})
    whole = {"$schema": DIALECT, "title": "Scenario", **schema, "$defs": dict(sorted(parts.items()))}
    cleaned: dict[str, Any] = _cleaned(whole)
    return cleaned


@dataclass(frozen=True, slots=True)
class _Form:
    """What a scenario is whatever the contract stores. Its documents are at `base`, seen from the contract's root."""

    schema: Schema
    base: str

    def reference(self, schema: Schema) -> dict[str, Any]:
        """A reference to a part of it."""
        return _reference(schema, self.base)


def _form(contract: Contract) -> _Form:
    operations = contract.operations.values()
    wanted = ("PUT", f"{PREFIX}/scenario")
    found = [o for o in operations if (o.method, o.path) == wanted]
    if not found or found[0].body is None:
        raise LookupError(f"the contract has no {' '.join(wanted)}, and so no scenarios")
    schema = found[0].body.schema
    document = contract.services[found[0].service].documents[0]
    return _Form(schema, document.removesuffix(schema.location.file))


def _scenario(contract: Contract, form: _Form) -> dict[str, Any]:
    collections = {
        name: {"type": "array", "items": _resource(resource, form)} for name, resource in contract.resources.items()
    }
    told = form.schema.properties["events"].items
    events = {
        "type": "array",
        "items": {
            "allOf": [form.reference(told)] if told is not None else [],
            "properties": {
                "type": {"enum": list(contract.events)},
                "resource": {"pattern": f"^({'|'.join(contract.resources)})/.+$"},
            },
            "unevaluatedProperties": False,
        },
    }
    said = {name: _described(part, form.base) for name, part in form.schema.properties.items()}
    events["description"] = said["events"].get("description", "")
    return {
        **_said(form.schema),
        "type": ["object", "null"],
        "properties": {**said, **collections, "events": events},
        "additionalProperties": False,
    }


def _resource(resource: Resource, form: _Form) -> dict[str, Any]:
    """A resource as a scenario may have it: what is filled in when it is missing is not required."""
    plan = plan_of(resource)
    filled = {resource.key, *plan.defaults, *plan.created}
    any_resource = form.schema.node["additionalProperties"]["items"]["$ref"]
    properties = {name: _described(part) for name, part in resource.schema.properties.items()}
    properties[PRIVATE] = {"$ref": f"{form.base}{form.schema.location.file}{any_resource}/properties/{PRIVATE}"}
    return {
        **_said(resource.schema),
        "type": "object",
        "required": sorted(resource.schema.required - filled),
        "properties": properties,
        "additionalProperties": False,
    }


def _described(schema: Schema, base: str = "") -> dict[str, Any]:
    return {**_reference(schema, base), **_said(schema)}


def _said(schema: Schema) -> dict[str, str]:
    said = schema.keyword("description")
    return {"description": said} if isinstance(said, str) else {}


def _reference(schema: Schema, base: str) -> dict[str, Any]:
    return {"$ref": f"{base}{schema.location.file}#{schema.location.pointer}"}


def _cleaned(node: Any, *, names: bool = False) -> Any:
    """Without what only OpenAPI says, and with the parts where JSON Schema has them."""
    if isinstance(node, list):
        return [_cleaned(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {}
    for name, child in node.items():
        if names:
            kept[name] = _cleaned(child)
        elif name == "$ref":
            kept[name] = str(child).replace(_COMPONENTS, "#/$defs/")
        elif name not in _SAYING and not name.startswith("x-"):
            kept[name] = (
                child if name in {"examples", "default", "const", "enum"} else _cleaned(child, names=name in NAMES)
            )
    return kept
