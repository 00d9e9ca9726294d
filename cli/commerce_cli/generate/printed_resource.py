"""A resource as the lines that its template puts in place: signatures, calls, docstrings."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from commerce_cli.generate.annotations import Annotations
from commerce_cli.generate.docstrings import docstring, document_method, document_wait
from commerce_cli.generate.modelling import PrintedModels
from commerce_cli.generate.names import constant, unused
from commerce_cli.generate.shapes import Model, Named, Nullable, ObjectModel
from commerce_cli.generate.texts import sentence
from commerce_cli.generate.values import Argument, Method, Resource, Wait

_TAIL: Final = ("timeout: float | None = None", "headers: Mapping[str, str] | None = None")
# What a resource's module imports.
_IMPORTED: Final = frozenset(
    """Any AsyncPages AsyncResource Decimal Final Literal Mapping Move NotRequired OMIT Omit Operation Page Paging
    Resource SecretStr Sequence TYPE_CHECKING TypedDict dt performs
    """.split()  # noqa: SIM905 - a list of them would be a page
)


@dataclass(frozen=True, slots=True)
class PrintedMethod:
    """A method: parameters, the arguments of its call, what it returns. `call` is `_call`, `_page` or `_wait`."""

    name: str
    constant: str
    parameters: tuple[str, ...]
    call: str
    arguments: tuple[str, ...]
    returns: str
    async_returns: str
    docstring: str


@dataclass(frozen=True, slots=True)
class PrintedDictionary:
    """A TypedDict: its fields with their annotations, and what the documents say of each."""

    name: str
    docstring: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PrintedResource:
    """All that a resource's module holds."""

    name: str
    title: str
    docstring: str
    operations: tuple[tuple[str, tuple[str, ...]], ...]
    dictionaries: tuple[PrintedDictionary, ...]
    methods: tuple[PrintedMethod, ...]
    imports: tuple[tuple[str, str], ...]


def print_resource(resource: Resource, models: Mapping[Named, Model], printed: PrintedModels) -> PrintedResource:
    """The resource as lines."""
    constants: dict[str, str] = {}
    for method in resource.methods:
        constants[method.name] = unused(constant(method.name), {*_IMPORTED, *constants.values()})
    taken = {*_IMPORTED, resource.name, f"Async{resource.name}", *constants.values()}
    annotations = Annotations(models, taken)
    methods = [_method(method, constants[method.name], annotations) for method in resource.methods]
    methods += [_wait(wait, constants[wait.method.name], annotations) for wait in resource.waits]
    dictionaries = tuple(_dictionaries(annotations, printed))
    return PrintedResource(
        name=resource.name,
        title=docstring(sentence(resource.about.partition("\n\n")[0])),
        docstring=docstring(resource.about),
        operations=tuple(
            (constants[method.name], tuple(_operation(method, resource.module))) for method in resource.methods
        ),
        dictionaries=dictionaries,
        methods=tuple(methods),
        imports=tuple(
            (name.module, name.name if local == name.name else f"{name.name} as {local}")
            for name, local in sorted(annotations.imported.items())
        ),
    )


def _operation(method: Method, module: str) -> Iterator[str]:
    yield f"name={_text(method.operation)}"
    yield f"service={_text(module)}"
    yield f"method={_text(method.http)}"
    yield f"path={_text(method.path)}"
    if method.body is not None:
        yield f"body={_text(method.body.reference)}"
    if method.returned.reference is not None:
        yield f"result={_text(method.returned.reference)}"
    if method.secured:
        yield "secured=True"
    if method.idempotency_key is not None:
        yield f"idempotency_key={_text(method.idempotency_key[0])}"
    if method.raised:
        yield f"codes=({', '.join(_text(each.code) for each in method.raised)},)"
    if method.move is not None:
        move = method.move
        said = {"read": move.read, "state": move.state, "target": move.target, "given": move.given}
        yield f"move=Move({', '.join(f'{key}={_text(value)}' for key, value in said.items() if value)})"
    if method.page is not None:
        yield f"page=Paging(items={_text(method.page.items)}, key={_text(method.page.key)})"
    if method.media_type != "application/json":
        yield f"media_type={_text(method.media_type)}"


def _method(method: Method, name: str, annotations: Annotations) -> PrintedMethod:
    shape, page = method.returned.shape, method.page
    result = "None"
    if shape is not None:
        result = annotations.name(shape) if isinstance(shape, Named) else "Any"
    elif method.returned.reference is not None:
        result = {"text": "str", "bytes": "bytes"}[method.returned.reference]
    entry = annotations.name(page.entry) if page and isinstance(page.entry, Named) else ""
    return PrintedMethod(
        name=method.name,
        constant=name,
        parameters=tuple(_parameters(method, annotations)),
        call="_page" if page else "_call",
        arguments=(name, *_arguments(method)),
        returns=f"Page[{entry}]" if page else result,
        async_returns=f"AsyncPages[{entry}]" if page else result,
        docstring=document_method(method),
    )


def _wait(wait: Wait, name: str, annotations: Annotations) -> PrintedMethod:
    path = [each for each in wait.method.arguments if each.place == "path"]
    result = wait.method.returned.shape
    returns = annotations.name(result) if isinstance(result, Named) else "Any"
    said = (f"path={_mapping(path)}", f"state={_text(wait.state)}", f"leaves={_text(wait.leaves)}")
    return PrintedMethod(
        name=wait.name,
        constant=name,
        parameters=(
            *(f"{each.name}: {annotations.sent(each.shape)}" for each in path),
            "*",
            "timeout: float = 30.0",
            _TAIL[1],
        ),
        call="_wait",
        arguments=(name, *said, "timeout=timeout", "headers=headers"),
        returns=returns,
        async_returns=returns,
        docstring=document_wait(wait),
    )


def _parameters(method: Method, annotations: Annotations) -> Iterator[str]:
    """The signature after `self`: path parameters by position, all else by name."""
    yield from (f"{each.name}: {annotations.sent(each.shape)}" for each in method.arguments if each.place == "path")
    yield "*"
    for each in method.arguments:
        if each.place == "path":
            continue
        if each.required:
            yield f"{each.name}: {annotations.sent(each.shape)}"
        else:
            default = "OMIT" if isinstance(each.shape, Nullable) else "None"
            yield f"{each.name}: {annotations.optional(each.shape)} = {default}"
    if method.idempotency_key is not None:
        yield "idempotency_key: str | None = None"
    yield from _TAIL


def _arguments(method: Method) -> Iterator[str]:
    """What the method hands to its call."""
    for place in ("path", "query", "header"):
        if here := [each for each in method.arguments if each.place == place]:
            yield f"{place}={_mapping(here)}"
    whole = next((each for each in method.arguments if each.place == "whole"), None)
    if whole is not None:
        yield f"body={whole.name}" if whole.required else f"body=OMIT if {whole.name} is None else {whole.name}"
    elif method.body is not None:
        yield f"body={_mapping([each for each in method.arguments if each.place == 'body'])}"
    if method.nullable:
        yield f"nullable=({', '.join(map(_text, method.nullable))},)"
    if method.idempotency_key is not None:
        yield "idempotency_key=idempotency_key"
    yield from ("timeout=timeout", "headers=headers")


def _mapping(arguments: list[Argument]) -> str:
    return f"{{{', '.join(f'{_text(each.wire)}: {_value(each)}' for each in arguments)}}}"


def _value(argument: Argument) -> str:
    if not argument.is_joined:
        return argument.name
    joined = f'",".join({argument.name})'
    return joined if argument.required else f"None if {argument.name} is None else {joined}"


def _dictionaries(annotations: Annotations, printed: PrintedModels) -> Iterator[PrintedDictionary]:
    """The TypedDicts that the annotations name; those name others in turn."""
    done: set[Named] = set()
    while waiting := [name for name in annotations.dictionaries if name not in done]:
        for name in waiting:
            done.add(name)
            model = annotations.models[name]
            if isinstance(model, ObjectModel):
                members = [each for each in model.members if not each.read_only]
                sent = [(each, annotations.sent(each.shape)) for each in members]
                kinds = [(each, kind if each.required else f"NotRequired[{kind}]") for each, kind in sent]
                told = model.description or f"A `{name.name}` as a dictionary."
                yield PrintedDictionary(
                    name=annotations.dictionaries[name],
                    docstring=docstring(sentence(told)),
                    fields=tuple(
                        (f"{printed.attribute(name, each.wire)}: {kind}", docstring(sentence(each.description)))
                        for each, kind in kinds
                    ),
                )


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
