"""A package as files: templates put the prepared lines in place, ruff gives them their form."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from commerce_cli.generate.docstrings import docstring
from commerce_cli.generate.error_reading import HANDWRITTEN
from commerce_cli.generate.error_tree import draw
from commerce_cli.generate.modelling import GeneratorFailedError
from commerce_cli.generate.package_reading import Reading
from commerce_cli.generate.printed_resource import PrintedResource, print_resource
from commerce_cli.generate.rendering import header, render
from commerce_cli.generate.schema_reading import EVENTS, SHARED
from commerce_cli.generate.texts import sentence
from commerce_cli.generate.values import ErrorClass, Package, Resource

_ALL: Final = ("the contract",)
# What the module of the clients imports.
_IMPORTED: Final = frozenset(
    """AsyncClient AsyncMiddleware AsyncTokenSource AsyncTransport Client Clock Mapping Middleware Sequence TokenSource
    Transport
    """.split()  # noqa: SIM905 - a list of them would be a page
)
_TOLD: Final = {
    SHARED: "Models that several services share.",
    EVENTS: "Models of events.",
    "_internal": "Models of several services that refer to each other.",
}


def print_package(reading: Reading, resources: Mapping[str, PrintedResource]) -> Iterator[tuple[str, str]]:
    """Path below the package and text of each file, not formatted yet."""
    package = reading.package
    modules = ["errors", *(["events"] if package.events else [])]
    yield "__init__.py", _package(package, resources, modules)
    yield "client.py", _client(package)
    yield "errors.py", _errors(package)
    for each in package.resources:
        yield f"{each.module}.py", render("resource.py.j2", (each.source,), resource=resources[each.module])
    if package.events:
        yield "events.py", _events(package)
    yield "models/__init__.py", f'# {header(_ALL)}\n"""The models, one module a service."""\n'
    for module, text in reading.printed.modules.items():
        if module != "__init__":
            yield f"models/{module}.py", _models(text, package.sources.get(module, _ALL), module)


def print_resources(reading: Reading) -> Mapping[str, PrintedResource]:
    """Every resource as lines, by module."""
    package = reading.package
    return {each.module: print_resource(each, package.models, reading.printed) for each in package.resources}


def _client(package: Package) -> str:
    if package.name in _IMPORTED or f"Async{package.name}" in _IMPORTED:
        message = f"--name {package.name}: the client has something else of that name; choose another"
        raise GeneratorFailedError(message)
    resources = [_attribute(each, package.name) for each in package.resources]
    environment = package.name.upper()
    told = (
        f"A client of {', '.join(f'`{each.module}`' for each in package.resources) or 'no service'}.\n\n"
        f"What is not given is taken from the environment: `{environment}_TOKEN`, `{environment}_<SERVICE>_URL`.\n\n"
        "`token` may be a function that gives one; it is asked again when a service refuses the last. `timeout` is in "
        "seconds, for a whole call. Calls that are safe to repeat are repeated up to `max_retries` times."
    )
    return render(
        "client.py.j2", _ALL, name=package.name, environment=environment, resources=resources, docstring=docstring(told)
    )


def _attribute(resource: Resource, client: str) -> Mapping[str, str]:
    """A resource as an attribute of the clients, under another name where the client or an import has its own."""
    name = resource.name
    local = f"{name}Resource" if name in {client, *_IMPORTED} else name
    return {
        "module": resource.module,
        "local": local,
        "imported": name if local == name else f"{name} as {local}",
        "asynchronous": f"Async{name}" if local == name else f"Async{name} as Async{local}",
        "url": json.dumps(resource.url),
        "about": docstring(sentence(resource.about.partition("\n\n")[0])),
    }


def _errors(package: Package) -> str:
    codes: dict[str, list[tuple[int, str]]] = {}
    for each in package.errors:
        codes.setdefault(each.code, []).append((each.status, each.name))
    public = [each.name for each in package.errors if not each.name.startswith("_")]
    errors = [{"name": each.name, "parents": each.parents, "docstring": _about(each)} for each in package.errors]
    return render(
        "errors.py.j2",
        _ALL,
        tree=draw(package.errors),
        handwritten=[*HANDWRITTEN, "FieldError"],
        exported=sorted(["CODES", "FieldError", *HANDWRITTEN, *public]),
        errors=errors,
        codes=list(codes.items()),
    )


def _about(error: ErrorClass) -> str:
    head = f"`{error.code}` ({error.status}): {sentence(error.detail or error.title or 'not described')}"
    return docstring(f"{head}\n\nSource: {error.source}")


def _events(package: Package) -> str:
    events = [
        {
            "type": json.dumps(each.type),
            "model": each.model.name,
            "reference": each.model.reference,
            "handler": each.handler,
            "docstring": docstring(sentence(each.description or f"Handle `{each.type}`")),
        }
        for each in package.events
    ]
    names = sorted({each.model.name for each in package.events})
    return render("events.py.j2", package.sources.get("events", _ALL), events=events, imports=names, models=names)


def _package(package: Package, resources: Mapping[str, PrintedResource], modules: list[str]) -> str:
    """The names that can be imported from the package itself; one that two modules have is found in those only."""
    homes = {package.name: "client", f"Async{package.name}": "client"}
    names = [(name.name, f"models.{name.module}") for name in package.models]
    for module, each in resources.items():
        names += [(each.name, module), (f"Async{each.name}", module)]
        names += [(dictionary.name, module) for dictionary in each.dictionaries]
    if package.events:
        names += [(name, "events") for name in ("EventHandlers", "AsyncEventHandlers")]
    times = Counter(name for name, _ in names)
    taken = {*homes, *modules, *resources}
    homes |= {name: module for name, module in names if times[name] == 1 and name not in taken}
    told = "A client, its models and its errors; each is imported when it is first used."
    return render("package.py.j2", _ALL, docstring=told, modules=modules, homes=sorted(homes.items()))


def _models(text: str, sources: Iterable[str], module: str) -> str:
    body = text.removeprefix("#").lstrip("\n")
    told = _TOLD.get(module, f"Models of the service {module}.")
    return f'# {header(sources)}\n"""{told}"""\n\n{body}'
