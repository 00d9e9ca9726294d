"""Documents in, contract out: the stages of one `load`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from commerce_contract.checks import Subject, check_all
from commerce_contract.circles import find_circles
from commerce_contract.compiled import Compiler
from commerce_contract.conventions import Conventions
from commerce_contract.discover import check_entries, contract_directory, files_of, language_of
from commerce_contract.document import Document
from commerce_contract.events import read_channels, read_events, read_messages
from commerce_contract.foreign import complete, describe, imply_resources
from commerce_contract.library import Library
from commerce_contract.model import Contract, Operation, ProblemType, Resource, Service
from commerce_contract.reading import Reading
from commerce_contract.resources import read_resource
from commerce_contract.schema import Schemas
from commerce_contract.services import read_service, read_shared_problems
from commerce_contract.source import ContractError
from commerce_contract.vocabulary import our_documents
from commerce_contract.walk import Walk


def load(directory: Path | None = None) -> Contract:
    """Read the documents of a directory (or one document, with what it refers to) into a contract.

    Without a directory: `$COMMERCE_CONTRACT`, else the platform's own documents. Raises `ContractError` with every
    fault of every document, `NoContractError` (one of those) where there are no documents.
    """
    root, files = files_of(directory or contract_directory())
    library = Library(root)
    entries = [library.open(path) for path in files]
    walk = Walk(library)
    for document in sorted(entries, key=lambda each: language_of(each) != "asyncapi"):
        if language := language_of(document):
            walk.document(document, language)
    faults = [*library.faults, *walk.faults, *check_entries(entries, {target for _, target in walk.references})]
    circles = list(find_circles(walk))
    if library.faults or circles:  # the rest cannot be read, so nothing is said about what seems to be missing
        raise ContractError([*faults, *circles], root)
    reading = Reading(library, Schemas(Compiler(library)), our_documents(walk), faults)
    subject = _read(reading, walk, entries)
    check_all(subject)
    if reading.faults:
        raise ContractError(reading.faults, root)
    return _contract(root, subject, _shared_problems(reading, entries))


def _read(reading: Reading, walk: Walk, entries: Sequence[Document]) -> Subject:
    """The documents as values, as far as they make sense."""
    read = {
        document: found
        for document in entries
        if language_of(document) == "openapi" and (found := read_service(reading, document)) is not None
    }
    services = {document: service for document, (service, _) in read.items()}
    declared = [each for _, operations in read.values() for each in operations]
    resources = list(_resources(reading, walk, services))
    foreign = [each.operation for each in declared if each.node.document not in reading.ours]
    implied = list(imply_resources(foreign, [resource.collection for resource in resources]))
    conventions = Conventions.of(resources, [each.operation for each in declared], implied)
    senders = _senders(entries, services)
    messages = list(read_messages(reading, senders))
    return Subject(
        reading=reading,
        objects=walk.objects,
        services=services,
        senders=senders,
        operations=[replace(each, operation=conventions.apply(each.operation)) for each in declared],
        resources=[*resources, *(resource for resource, _ in implied)],
        messages=messages,
        events=read_events(reading, messages, senders),
    )


def _resources(reading: Reading, walk: Walk, services: Mapping[Document, Service]) -> Iterator[Resource]:
    """The declared resources, in the order of files and lines."""
    nodes = [found.node for found in walk.objects if found.kind == "schema" and "x-resource" in found.node.value]
    for node in sorted(nodes, key=lambda node: (node.document.file, node.location.line)):
        service = services.get(node.document)
        name = service.name if service else node.document.path.stem
        if (resource := read_resource(reading, name, node)) is not None:
            yield resource


def _senders(entries: Iterable[Document], services: Mapping[Document, Service]) -> Mapping[Document, str]:
    """AsyncAPI document to service: that of the OpenAPI document with the same file name, else the file name's own."""
    names = {document.path.stem: service.name for document, service in services.items()}
    speaking = (
        document
        for document in entries
        if language_of(document) == "asyncapi" and (document.data.get("channels") or document.data.get("operations"))
    )
    return {document: names.get(document.path.stem, document.path.stem) for document in speaking}


def _shared_problems(reading: Reading, entries: Iterable[Document]) -> Mapping[str, ProblemType]:
    """The problems of all OpenAPI documents that are parts of others."""
    found: dict[str, ProblemType] = {}
    for document in entries:
        if language_of(document) == "openapi" and document.root.get("paths") is None:
            found |= read_shared_problems(reading, document)
    return found


def _contract(root: Path, subject: Subject, problems: Mapping[str, ProblemType]) -> Contract:
    reading = subject.reading
    operations: dict[str, Operation] = {}
    notes = list(reading.notes)
    for each in subject.operations:
        is_ours = each.node.document in reading.ours
        operation = each.operation if is_ours else complete(each.operation)
        operations[operation.name] = operation
        notes += [] if is_ours else [describe(each.operation, operation)]
    services = dict(_services(subject, operations))
    return Contract(
        root=root,
        services=services,
        operations=operations,
        resources={resource.collection: resource for resource in subject.resources},
        events=subject.events,
        problems=problems,
        files=tuple(sorted(reading.library.documents)),
        notes=tuple(notes),
        channels=tuple(read_channels(reading, subject.messages, subject.senders)),
    )


def _services(subject: Subject, operations: Mapping[str, Operation]) -> Iterator[tuple[str, Service]]:
    """Each service with its operations and all its documents, those that only send or receive events too."""
    files = {
        name: [doc.file for doc, sender in subject.senders.items() if sender == name]
        for name in subject.senders.values()
    }
    for service in subject.services.values():
        own = tuple(operation for operation in operations.values() if operation.service == service.name)
        events = tuple(files.pop(service.name, ()))
        documents = (*service.documents, *events)
        yield service.name, replace(service, operations=own, documents=documents, event_documents=events)
    for document, name in subject.senders.items():
        if name in files:
            events = tuple(files.pop(name))
            info = document.root.below("info")
            yield (
                name,
                Service(
                    name=name,
                    title=info.text("title"),
                    version=info.text("version"),
                    description=info.text("description"),
                    port=0,
                    operations=(),
                    documents=events,
                    location=document.root.location,
                    event_documents=events,
                ),
            )
