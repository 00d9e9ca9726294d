"""The models: printed by datamodel-code-generator, made fit for type checkers, and read for the names they got."""

import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
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

_FUTURE: Final = "from __future__ import annotations\n"
_TAG_IMPORTS: Final = """
from typing import Annotated

from pydantic import Discriminator, Tag

from commerce_sdk._union import by_tag
"""


class GeneratorFailedError(Exception):
    """A tool that the generator calls failed, or is not there; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class PrintedModels:
    """The text of each module by name, and what properties are called: class to wire name to attribute."""

    modules: Mapping[str, str]
    attributes: Mapping[Named, Mapping[str, str]]

    def attribute(self, name: Named, wire: str) -> str:
        """The attribute of a class that stands for a property."""
        return self.attributes[name][wire]


def print_models(document: Mapping[str, Any], models: Mapping[Named, Model]) -> PrintedModels:
    """Print the modules of all definitions. Raises GeneratorFailedError."""
    modules = _run(document) if models else {}
    trees = {module: ast.parse(text) for module, text in modules.items()}
    homes = dict(_homes(trees))
    missing = [name.reference for name in models if name not in homes]
    if missing:
        message = f"datamodel-code-generator renamed or dropped {', '.join(missing)}: rename these schemas"
        raise GeneratorFailedError(message)
    classes = {module: _classes(tree) for module, tree in trees.items()}
    attributes = {name: classes[home.module].get(home.name, {}) for name, home in homes.items()}
    for name, model in models.items():
        if isinstance(model, UnionModel) and model.tag:
            home = homes[name]
            modules[home.module] = _tagged(modules[home.module], home, model, attributes)
    return PrintedModels({module: _fit(text) for module, text in modules.items()}, attributes)


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


def _homes(trees: Mapping[str, ast.Module]) -> Iterator[tuple[Named, Named]]:
    """Where each class and alias stands; what refers to each other across modules stands in one of its own."""
    for module, tree in trees.items():
        for statement in tree.body:
            match statement:
                case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                    yield Named(module, name), Named(module, name)
                case ast.ImportFrom(level=1, module=str(other), names=aliases):
                    for alias in aliases:
                        yield Named(module, alias.asname or alias.name), Named(other, alias.name)
                case _:
                    pass


def _classes(tree: ast.Module) -> dict[str, dict[str, str]]:
    """Class to wire name to attribute."""
    return {
        statement.name: {
            _wire(each): each.target.id
            for each in statement.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        }
        for statement in tree.body
        if isinstance(statement, ast.ClassDef)
    }


def _wire(field: ast.AnnAssign) -> str:
    """The name on the wire of a field: its alias, else its own name."""
    keywords = (each for each in ast.walk(field.annotation) if isinstance(each, ast.keyword))
    alias = next((each.value for each in keywords if each.arg == "serialization_alias"), None)
    if isinstance(alias, ast.Constant):
        return str(alias.value)
    return field.target.id if isinstance(field.target, ast.Name) else ""


def _fit(text: str) -> str:
    """A module fit for type checkers, without what says nothing."""
    return _ALIAS.sub(_both, _NOISE.sub("", text))


def _both(match: re.Match[str]) -> str:
    """With `alias` type checkers would ask for the name of the wire; so it is said to pydantic in two words."""
    return f"validation_alias={match[1]}, serialization_alias={match[1]}"


def _tagged(text: str, home: Named, union: UnionModel, attributes: Mapping[Named, Mapping[str, str]]) -> str:
    """The module with a union that looks at the tag, instead of trying its variants in turn."""
    variants = [each for each in (*union.variants, union.unknown) if isinstance(each, Named)]
    unknown = variants[-1]
    values = {value: variant.name for value, variant in union.values.items()}
    said = (union.tag, attributes[unknown][str(union.tag)], values, unknown.name)
    picks = f"by_tag({', '.join(json.dumps(each, ensure_ascii=False) for each in said)})"

    def tagged(match: re.Match[str]) -> str:
        shown = zip(match[2].split(" | "), variants, strict=True)
        parts = " | ".join(f'Annotated[{part}, Tag("{each.name}")]' for part, each in shown)
        return f"{match[1]}Annotated[{parts}, Discriminator({picks})])"

    pattern = re.compile(rf'^({home.name} = TypeAliasType\("{home.name}", )(.*)\)$', re.MULTILINE)
    return pattern.sub(tagged, text).replace(_FUTURE, f"{_FUTURE}{_TAG_IMPORTS}", 1)
