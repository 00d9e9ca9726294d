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
from commerce_cli.generate.shapes import Named, ObjectModel, Shape, reachable
from commerce_cli.generate.texts import Texts
from commerce_cli.generate.unions import with_tags
from commerce_cli.generate.values import EventType, Method, Package, Resource
from commerce_contract import Contract, Service
from commerce_mock.controls import PREFIX
from commerce_sdk._client import Client
from commerce_sdk._event_handlers import handler_name

_MODULES: Final = frozenset({"client", "errors", EVENTS, "models", SHARED})


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
    files = {file: modules[each.name] for each in services for file in each.documents if texts.speaks(file, "openapi")}
    events = {file: EVENTS for each in contract.services.values() for file in each.documents if file not in files}
    schemas = SchemaReader({**events, **files})
    errors = ErrorReader(contract, tuple(services))
    operations = OperationReader(texts, schemas, errors, contract.operations)
    left_out = tuple(
        why for each in services for one in each.operations if (why := operations.cannot_call(one)) is not None
    )
    methods = {
        each.name: list(
            operations.methods([one for one in each.operations if not operations.cannot_call(one)], modules[each.name])
        )
        for each in services
    }
    told = tuple(_events(contract, schemas, texts))
    models = with_tags(schemas.models)
    all_methods = [method for own in methods.values() for method in own]
    sent = reachable(models, (each for method in all_methods for each in _sent(method)))
    received = reachable(models, (each for method in all_methods if (each := method.returned.shape) is not None))
    printed = print_models(document(models, sent, received), models)
    resources = ResourceReader(contract, models, printed)
    package = Package(
        name=name,
        resources=tuple(
            _resource(each, modules[each.name], methods[each.name], resources, texts)
            for each in services
            if methods[each.name]
        ),
        models=models,
        sent=frozenset(sent),
        received=frozenset(received),
        errors=tuple(errors.classes()),
        events=told,
        sources={module: tuple(sorted(each)) for module, each in schemas.sources.items()},
        left_out=left_out,
    )
    return Reading(package, printed)


def is_of_the_platform(service: Service) -> bool:
    """Whether a service is more than the mock's own controls, which the real platform does not have."""
    return not service.operations or not all(each.path.startswith(PREFIX) for each in service.operations)


def _modules(services: Iterable[Service]) -> Iterator[tuple[str, str]]:
    """The module of each service, which is also its attribute of the client."""
    taken = set(_MODULES)
    reserved = {*_MODULES, *dir(Client)}
    for service in services:
        module = unused(argument(service.name, reserved), taken)
        taken.add(module)
        yield service.name, module


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
            schemas.models[shape] = replace(model, is_event=True, description=description)
            yield EventType(event.type, shape, handler_name(event.type), told.strip())
