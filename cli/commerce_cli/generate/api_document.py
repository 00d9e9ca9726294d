"""The list of all methods for people: `api.md`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from commerce_cli.generate.printed_resource import PrintedMethod, PrintedResource
from commerce_cli.generate.rendering import render
from commerce_cli.generate.texts import sentence
from commerce_cli.generate.values import Method, Package, Raised, Resource

_WIDTH: Final = 100
_EVERYWHERE: Final = ("timeout: float | None", "headers: ")


def print_api(package: Package, resources: Mapping[str, PrintedResource]) -> str:
    """The document, in Markdown."""
    shown = [
        {
            "module": each.module,
            "about": sentence(each.about.partition("\n\n")[0]),
            "methods": list(_methods(each, resources[each.module])),
        }
        for each in package.resources
    ]
    return render("api.md.j2", ["the contract"], name=package.name, resources=shown, events=package.events)


def _methods(resource: Resource, printed: PrintedResource) -> Iterator[Mapping[str, Any]]:
    lines = {each.name: each for each in printed.methods}
    for method in resource.methods:
        summary = sentence(method.summary or f"{method.http} {method.path}")
        yield _shown(lines[method.name], summary, method, method.raised)
    for wait in resource.waits:
        summary = f"Wait until `{wait.state}` is no longer `{wait.leaves}`; it reads with `{wait.method.operation}`."
        timed_out = Raised("RequestTimeoutError", "", ())
        yield _shown(lines[wait.name], summary, wait.method, (timed_out, *wait.method.raised))


def _shown(printed: PrintedMethod, summary: str, method: Method, raised: Sequence[Raised]) -> Mapping[str, Any]:
    return {
        "name": printed.name,
        "summary": summary,
        "signature": _signature(printed),
        "request": f"{method.http} {method.path}",
        "raised": raised,
    }


def _signature(printed: PrintedMethod) -> str:
    """The method as it is called, in one line where it fits."""
    own = [each for each in printed.parameters if not each.startswith(_EVERYWHERE)]
    parameters = own[:-1] if own[-1] == "*" else own
    line = f"{printed.name}({', '.join(parameters)}) -> {printed.returns}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join((f"{printed.name}(", *(f"    {each}," for each in parameters), f") -> {printed.returns}"))
