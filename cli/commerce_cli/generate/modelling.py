"""The models: printed by datamodel-code-generator, made fit for type checkers, and read for the names they got."""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from commerce_cli.generate.shapes import Model, Named, UnionModel

PACKAGE: Final = "datamodel_code_generator"
_OPTIONS: Final = (
    "--input-file-type=openapi",
    "--output-model-type=pydantic_v2.BaseModel",
    "--base-class=commerce_sdk._model.Model",
    "--target-python-version=3.11",
    "--output-datetime-class=datetime",
    "--enum-field-as-literal=all",
    "--custom-file-header=#",
    "--use-standard-collections",
    "--use-union-operator",
    "--snake-case-field",
    "--use-schema-description",
    "--use-field-description",
    "--use-single-line-docstring",
    "--use-type-alias",
    "--use-annotated",
    "--use-double-quotes",
    "--use-serialization-alias",
    "--disable-timestamp",
    "--disable-warnings",
    "--ignore-pyproject",
    "--no-formatters",
)
_ALIAS: Final = re.compile(r"\bserialization_alias=(\"[^\"]*\"|'[^']*')")

# Said of every class that holds money, though pydantic knows money's type.
_NOISE: Final = re.compile(r"    model_config = ConfigDict\(\n        arbitrary_types_allowed=True,\n    \)\n")


class GeneratorFailedError(Exception):
    """A tool that the generator calls failed, or is not there; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class PrintedModels:
    """The text of each module by name, and what the properties are called in Python: class to wire name to attribute."""

    modules: Mapping[str, str]
    attributes: Mapping[Named, Mapping[str, str]]

    def attribute(self, name: Named, wire: str) -> str:
        """The attribute of a class that stands for a property."""
        return self.attributes[name][wire]


def print_models(document: Mapping[str, Any], models: Mapping[Named, Model]) -> PrintedModels:
    """Print the modules of all definitions. Raises GeneratorFailedError."""
    modules = _run(document) if models else {}
    attributes = {
        Named(module, name): found for module, text in modules.items() for name, found in _attributes(text).items()
    }
    missing = [name.reference for name in models if name not in attributes]
    if missing:
        message = f"datamodel-code-generator renamed or dropped {', '.join(missing)}: rename these schemas"
        raise GeneratorFailedError(message)
    for name, model in models.items():
        if isinstance(model, UnionModel) and model.tag:
            modules[name.module] = _tagged(modules[name.module], name, model, attributes)
    return PrintedModels(
        {module: _ALIAS.sub(_both, _NOISE.sub("", text)) for module, text in modules.items()}, attributes
    )


def _run(document: Mapping[str, Any]) -> dict[str, str]:
    if find_spec(PACKAGE) is None:
        message = 'datamodel-code-generator is not installed: pip install "commerce-sdk[generate]"'
        raise GeneratorFailedError(message)
    with tempfile.TemporaryDirectory() as place:
        source, target = Path(place, "models.json"), Path(place, "models")
        source.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-m", PACKAGE, *_OPTIONS, f"--input={source}", f"--output={target}"]
        # The order of what it prints must not depend on the process.
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=place, env=environment)  # noqa: S603 - a module of our own environment
        if done.returncode:
            raise GeneratorFailedError(f"datamodel-code-generator failed: {done.stderr.strip()}")
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted(target.glob("*.py"))}


def _attributes(text: str) -> dict[str, dict[str, str]]:
    """Class or alias to wire name to attribute."""
    found: dict[str, dict[str, str]] = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ClassDef):
            fields = (each for each in statement.body if isinstance(each, ast.AnnAssign))
            found[statement.name] = {
                _wire(each): each.target.id for each in fields if isinstance(each.target, ast.Name)
            }
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = {}
    return found


def _wire(field: ast.AnnAssign) -> str:
    """The name on the wire of a field: its alias, else its own name."""
    keywords = (each for each in ast.walk(field.annotation) if isinstance(each, ast.keyword))
    alias = next((each.value for each in keywords if each.arg == "serialization_alias"), None)
    if isinstance(alias, ast.Constant):
        return str(alias.value)
    return field.target.id if isinstance(field.target, ast.Name) else ""


def _both(match: re.Match[str]) -> str:
    """With `alias` type checkers would ask for the name of the wire; so it is said to pydantic in two words."""
    return f"validation_alias={match[1]}, serialization_alias={match[1]}"


def _tagged(text: str, name: Named, union: UnionModel, attributes: Mapping[Named, Mapping[str, str]]) -> str:
    """The module with a union that looks at the tag, instead of trying its variants in turn."""
    variants = [each for each in (*union.variants, union.unknown) if isinstance(each, Named)]
    shown = {each: each.name if each.module == name.module else f"{each.module}.{each.name}" for each in variants}
    tagged = " | ".join(f'Annotated[{shown[each]}, Tag("{each.name}")]' for each in variants)
    values = {value: variant.name for value, variant in union.values.items()}
    attribute = attributes[variants[-1]][str(union.tag)]
    unknown = variants[-1].name
    picks = f"by_tag({json.dumps(union.tag)}, {json.dumps(attribute)}, {json.dumps(values)}, {json.dumps(unknown)})"
    pattern = re.compile(rf'^({name.name} = TypeAliasType\("{name.name}", ).*\)$', re.MULTILINE)
    printed, times = pattern.subn(lambda match: f"{match[1]}Annotated[{tagged}, Discriminator({picks})])", text)
    if times != 1:
        raise GeneratorFailedError(f"datamodel-code-generator did not print the union {name.reference} as one alias")
    imports = "from typing import Annotated\nfrom pydantic import Discriminator, Tag\nfrom commerce_sdk._union import by_tag\n"
    return printed.replace("from __future__ import annotations\n", f"from __future__ import annotations\n{imports}", 1)
