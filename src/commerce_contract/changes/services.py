"""Services, their servers, and the problems that belong to no operation."""

from collections.abc import Iterator, Mapping

from commerce_contract.changes.finding import Concern, Finding
from commerce_contract.changes.problems import compare_problems
from commerce_contract.changes.scope import Scope
from commerce_contract.changes.side import Side
from commerce_contract.document import Node
from commerce_contract.model import Operation, ProblemType, Service


def compare_services(scope: Scope) -> Iterator[Finding]:
    """What changed about the services as such."""
    old, new = scope.old.contract.services, scope.new.contract.services
    for name in dict.fromkeys((*old, *new)):
        concern = scope.concern(name, name)
        if name in scope.renamed:
            yield from _renamed(scope, concern, old[name], new[scope.renamed[name]])
            yield from _servers(scope, concern)
        elif name in scope.renamed.values():
            continue
        elif name not in new:
            yield Finding("service-removed", f"the service `{name}` is gone", concern, old=old[name].location)
        elif name not in old:
            yield Finding("service-added", f"the service `{name}` is new", concern, new=new[name].location)
        else:
            yield from _servers(scope, concern)
    yield from _versions(scope)
    general = [_file(side.contract.problems) for side in (scope.old, scope.new)]
    concern = Concern("answers that belong to no operation", "", (general[0], general[1]))
    yield from compare_problems(concern, scope.old.contract.problems, scope.new.contract.problems)


def _renamed(scope: Scope, concern: Concern, old: Service, new: Service) -> Iterator[Finding]:
    """A service whose operations are named after it has another name where they have; else only its file has."""
    if any(_says_service(side, each) for side, service in ((scope.old, old), (scope.new, new))
           for each in service.operations):  # fmt: skip
        what = f"the service `{old.name}` is called `{new.name}`"
        yield Finding("service-renamed", what, concern, old.location, new.location)


def _says_service(side: Side, operation: Operation) -> bool:
    return side.node(operation.location).text("operationId").startswith(f"{operation.service}.")


def _versions(scope: Scope) -> Iterator[Finding]:
    for file, old_file in scope.files.items():
        before, after = scope.old.version(old_file), scope.new.version(file)
        if before != after:
            documents = scope.old.documents[old_file], scope.new.documents[file]
            was, now = (each.root.below("info", "version").location for each in documents)
            what = f"the version of `{file}` is {after or 'nothing'}, and was {before or 'nothing'}"
            yield Finding("version-changed", what, Concern(file, "", (old_file, file)), was, now)


def _file(problems: Mapping[str, ProblemType]) -> str | None:
    return next((problem.location.file for problem in problems.values()), None)


def _servers(scope: Scope, concern: Concern) -> Iterator[Finding]:
    old, new = ({_url(node): node for node in _listed(file, side.documents)} for side, file in (
        (scope.old, concern.files[0]), (scope.new, concern.files[1])))  # fmt: skip
    firsts = next(iter(old), None), next(iter(new), None)
    moved = firsts[0] != firsts[1] and None not in firsts
    if moved:
        what = f"the first server of `{concern.name}` is {firsts[1]}, and was {firsts[0]}"
        was, now = (next(iter(each.values())).location for each in (old, new))
        yield Finding("server-moved", what, concern, was, now)
    for url, node in old.items():
        if url not in new and not (moved and url == firsts[0]):
            what = f"the server {url} of `{concern.name}` is gone"
            yield Finding("server-removed", what, concern, old=node.location)
    for url, node in new.items():
        if url not in old and not (moved and url == firsts[1]):
            yield Finding("server-added", f"the server {url} of `{concern.name}` is new", concern, new=node.location)


def _listed(file: str | None, documents: Mapping[str, object]) -> Iterator[Node]:
    root = getattr(documents.get(file or ""), "root", None)
    if isinstance(root, Node):
        yield from root.below("servers").elements()


def _url(server: Node) -> str:
    """The URL with its variables' defaults."""
    url = server.text("url")
    for name, variable in server.below("variables").members():
        url = url.replace(f"{{{name}}}", variable.text("default"))
    return url
