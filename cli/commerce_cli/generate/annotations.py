"""Shapes as type annotations of one generated module, and the names that it imports for them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from commerce_cli.generate.names import camel, unused
from commerce_cli.generate.shapes import (
    AliasModel,
    AnyOf,
    Kind,
    ListOf,
    MapOf,
    Model,
    Named,
    Nullable,
    ObjectModel,
    Scalar,
    Shape,
    UnionModel,
    Words,
)

_SCALARS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.ANY: ("Any",),
    Kind.STRING: ("str",),
    Kind.SECRET: ("str", "SecretStr"),
    Kind.INTEGER: ("int",),
    Kind.NUMBER: ("float",),
    Kind.MONEY: ("Decimal", "str", "int"),
    Kind.BOOLEAN: ("bool",),
    Kind.DATE: ("dt.date",),
    Kind.MOMENT: ("dt.datetime",),
}


@dataclass(slots=True)
class Annotations:
    """The annotations of one module; gathers the models and dictionaries that they name. `taken` are other names."""

    models: Mapping[Named, Model]
    taken: set[str]
    imported: dict[Named, str] = field(default_factory=dict)
    dictionaries: dict[Named, str] = field(default_factory=dict)

    def name(self, model: Named) -> str:
        """A model's name in this module, which imports it."""
        if model not in self.imported:
            full = f"{camel(model.module)}{model.name}"
            wanted = full if model.name in self.taken else model.name
            self.imported[model] = unused(wanted, self.taken)
            self.taken.add(self.imported[model])
        return self.imported[model]

    def sent(self, shape: Shape) -> str:
        """What a caller may give: models or plain dictionaries, for money also text and whole numbers."""
        return " | ".join(dict.fromkeys(self._sent(shape)))

    def optional(self, shape: Shape) -> str:
        """The same for an argument that may be left out."""
        parts = dict.fromkeys(self._sent(shape))
        return " | ".join(dict.fromkeys((*parts, "None", *(["Omit"] if isinstance(shape, Nullable) else []))))

    def _sent(self, shape: Shape) -> Iterator[str]:
        match shape:
            case Scalar(kind=kind):
                yield from _SCALARS[kind]
            case Words(values=values, is_open=is_open):
                yield f"Literal[{', '.join(json.dumps(value, ensure_ascii=False) for value in values)}]"
                yield from ["str"] if is_open else []
            case ListOf(items=items):
                yield f"Sequence[{self.sent(items)}]"
            case MapOf(values=values):
                yield f"Mapping[str, {self.sent(values)}]"
            case AnyOf(variants=variants):
                for variant in variants:
                    yield from self._sent(variant)
            case Nullable(shape=inner):
                yield from self._sent(inner)
                yield "None"
            case Named():
                yield from self._sent_model(shape)

    def _sent_model(self, name: Named) -> Iterator[str]:
        match self.models[name]:
            case ObjectModel():
                yield self.name(name)
                yield self._dictionary(name)
            case UnionModel(variants=variants, unknown=unknown):
                for variant in variants:
                    yield from self._sent(variant)
                yield from [self.name(unknown)] if unknown else []
            case AliasModel(shape=Words()):
                yield self.name(name)
            case AliasModel(shape=shape):
                yield from self._sent(shape)

    def _dictionary(self, name: Named) -> str:
        """The name of the TypedDict that stands for an object."""
        if name not in self.dictionaries:
            self.dictionaries[name] = unused(f"{name.name}Dict", self.taken)
            self.taken.add(self.dictionaries[name])
        return self.dictionaries[name]
