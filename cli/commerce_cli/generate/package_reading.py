"""A whole contract read into the package that the generator prints."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from commerce_cli.generate.definitions import document
from commerce_cli.generate.error_reading import ErrorReader
from commerce_cli.generate.modelling import PrintedModels, print_models
from commerce_cli.generate.names import argument, camel, snake, unused
from commerce_cli.generate.operation_reading import OperationReader
from commerce_cli.generate.resource_reading import ResourceReader
from commerce_cli.generate.schema_reading import EVENTS, SHARED, SchemaReader
from commerce_cli.generate.shapes import Member, Model, Named, ObjectModel, Shape, Words, reachable
from commerce_cli.generate.texts import Texts
from commerce_cli.generate.unions import with_tags
from commerce_cli.generate.values import EventType, Method, Package, Resource
from commerce_contract import Contract, Service
from commerce_mock.controls import PREFIX
from commerce_sdk._client import Client
from commerce_sdk._event_handlers import handler_name

_MODULES: Final = frozenset({"client", "errors", EVENTS, "models", SHARED})

_EVENT: Final = "commerce_sdk._event.Event"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a contract was read into, with its models as they are printed."""

    package: Package
    printed: PrintedModels


def read(contract: Contract, name: str) -> Reading:
    """Read a contract for a client class of that name. Raises GeneratorFailedError."""
    texts = Texts(contract)
    services = [service for service in contract.services.values() if is_of_the_platform(service)]
    modules = dict(_modules(services))
    schemas = SchemaReader(dict(_homes(contract, modules, texts)))
    errors = ErrorReader(contract, tuple(services))
    operations = OperationReader(texts, schemas, errors, contract.operations)
    methods = {each.name: tuple(operations.methods(each.operations, modules[each.name])) for each in services}
    events = tuple(_events(contract, schemas, texts))
    models = with_tags(schemas.models)
    printed = _printed(models, [method for own in methods.values() for method in own])
    reader = ResourceReader(contract, models, printed)
    package = Package(
        name=name,
        resources=tuple(
            _resource(each, modules[each.name], methods[each.name], reader, texts)
            for each in services
            if methods[each.name]
        ),
        models=models,
        errors=tuple(errors.classes()),
        events=events,
        sources={module: tuple(sorted(each)) for module, each in schemas.sources.items()},
        left_out=tuple(operations.left_out),
    )
    return Reading(package, printed)


def is_of_the_platform(service: Service) -> bool:
    """Whether a service is more than the mock's own controls, which the real platform does not have."""
    return not service.operations or not all(each.path.startswith(PREFIX) for each in service.operations)


def _modules(services: Iterable[Service]) -> Iterator[tuple[str, str]]:
    """The module of each service, which is also its attribute of the client."""
    taken = set(_MODULES)
    reserved = {*_MODULES, *dir(Client), *vars(Client(package="", prefix="", urls={}))}
    for service in services:
        module = unused(argument(service.name, reserved), taken)
        taken.add(module)
        yield service.name, module


def _homes(contract: Contract, modules: Mapping[str, str], texts: Texts) -> Iterator[tuple[str, str]]:
    """The module of models of each document that belongs to a service; those of all others are shared."""
    for service in contract.services.values():
        for file in service.documents:
            if not texts.speaks(file, "openapi"):
                yield file, EVENTS
            elif service.name in modules:
                yield file, modules[service.name]


def _printed(models: Mapping[Named, Model], methods: Sequence[Method]) -> PrintedModels:
    sent = reachable(models, (each for method in methods for each in _sent(method)))
    received = reachable(models, (each for method in methods if (each := method.returned.shape) is not None))
    return print_models(document(models, sent, received), models)


def _sent(method: Method) -> Iterator[Shape]:
    if method.body is not None:
        yield method.body
    yield from (each.shape for each in method.arguments)


def _resource(
    service: Service, module: str, methods: Sequence[Method], reader: ResourceReader, texts: Texts
) -> Resource:
    complete = tuple(reader.with_page(method) for method in methods)
    return Resource(
        module=module,
        name=camel(snake(service.name)),
        about=texts.about(service),
        url=texts.url(service) or "",
        methods=complete,
        waits=tuple(reader.waits(complete)),
        source=service.location.file,
    )


def _events(contract: Contract, schemas: SchemaReader, texts: Texts) -> Iterator[EventType]:
    """The event types of a contract, whose payloads become models."""
    for event in contract.events.values():
        message = texts.at(event.location)
        shape = schemas.defined(event.payload, camel(message.name), EVENTS)
        model = schemas.models[shape]
        if isinstance(model, ObjectModel):
            told = message.text("summary") or message.text("title") or model.description
            description = model.description or told
            members = tuple(_named_event(member, event.type) for member in model.members)
            schemas.models[shape] = replace(model, base=_EVENT, description=description, members=members)
            yield EventType(event.type, shape, handler_name(event.type), told.strip())


def _named_event(member: Member, event_type: str) -> Member:
    """The property that says which event it is, held to this one."""
    names_it = member.shape == Words((event_type,))
    return replace(member, shape=Words((event_type,), is_open=False)) if names_it else member
