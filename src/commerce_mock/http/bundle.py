"""A document with everything that it references in other files brought inside, so that it can be served alone."""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from commerce_contract.pointer import escape, join, split, step

# Under these keys stand data, in which a key `$ref` means nothing.
DATA = frozenset({"example", "default", "const", "enum", "value", "x-transitions", "x-resource"})
# Under these keys stand maps whose keys are names, not keywords.
NAMES = frozenset(
    {
        *(
            "properties",
            "patternProperties",
            "dependentSchemas",
            "$defs",
            "definitions",
            "schemas",
            "paths",
            "webhooks",
        ),
        *(
            "responses",
            "parameters",
            "headers",
            "examples",
            "links",
            "callbacks",
            "content",
            "encoding",
            "requestBodies",
        ),
        *("securitySchemes", "pathItems", "variables", "scopes"),
    }
)
MERGED = frozenset({"paths", "webhooks", "tags", "components"})
UPGRADED = "3.1.0"  # what the reader has made of a document of 3.0
COMPONENT = 3  # tokens in the pointer of a component: components, its kind, its name
SCHEMAS = "/components/schemas"

Read = Callable[[str], Mapping[str, Any]]
Target = tuple[str, str]


def bundle(files: Sequence[str], read: Read, paths: Mapping[Target, str] | None = None) -> dict[str, Any]:
    """One OpenAPI document made of several files, without a reference to any other file; the caller may change it.

    `read` gives a document by its path relative to the contract's root. The first of `files` gives title, version and
    all else that stands once; the others add paths, webhooks, tags and components. What is a component of another file
    becomes one here, everything else that is referenced is put in its place. Where two files use one name for different
    components, the later one is followed by its file's stem (`Problem.common`). `paths` renames the path of a file.
    """
    return Bundler(read).bundle(files, paths or {})


def excerpt(file: str, pointer: str, read: Read) -> tuple[Any, dict[str, Any]]:
    """One node of a file without a reference to any other file, and a document of the components in it."""
    bundler = Bundler(read)
    node = bundler.enter(file, pointer)
    if (file, pointer) in bundler.references:  # it has met itself
        bundler.store((file, pointer), node)
    return node, {"components": bundler.components()}


class Bundler:
    """Lives for one call of `bundle`. A target is a file and a pointer into it.

    `parts` are what the one document holds under names that references may use, by the pointer of the map that they
    stand in (`/components/schemas`); `names` are the keys under which such maps stand.
    """

    names = NAMES

    def __init__(self, read: Read) -> None:
        self.read = read
        self.parts: dict[str, dict[str, Any]] = {}
        self.references: dict[Target, str] = {}
        self.entered: list[Target] = []

    def bundle(self, files: Sequence[str], paths: Mapping[Target, str]) -> dict[str, Any]:
        """The one document of these files."""
        for file in files:
            self.adopt(file)
        first = self.read(files[0])
        whole = {
            key: self.copy_child(node, files[0], key, names=False) for key, node in first.items() if key not in MERGED
        }
        alone = len(files) == 1
        if not alone:
            whole.pop("security", None)
        tags: dict[str, Any] = {}
        for key in ("paths", "webhooks"):
            if any(key in self.read(file) for file in files):
                whole[key] = {
                    paths.get((file, name), name): self.copy(node, file)
                    if alone
                    else self.secured(self.copy(node, file), file)
                    for file in files
                    for name, node in self.read(file).get(key, {}).items()
                }
        for file in files:
            for tag in self.read(file).get("tags", ()):
                tags.setdefault(tag["name"], tag)
        if tags:
            whole["tags"] = list(tags.values())
        if str(whole.get("openapi")).startswith("3.0"):
            whole["openapi"] = UPGRADED
        if self.parts:
            whole["components"] = self.components()
        return whole

    def components(self) -> dict[str, dict[str, Any]]:
        """The components by kind, each kind in the order of names."""
        kinds = [(split(home), named) for home, named in self.parts.items()]
        return {tokens[1]: dict(sorted(named.items())) for tokens, named in kinds if tokens[0] == "components"}

    def secured(self, item: dict[str, Any], file: str) -> dict[str, Any]:
        """A path whose operations say themselves what their document says once for all of them."""
        security = self.read(file).get("security", [])
        operations = {key: node for key, node in item.items() if isinstance(node, Mapping) and "responses" in node}
        return {**item, **{method: {"security": security, **node} for method, node in operations.items()}}

    def adopt(self, file: str) -> None:
        """Give the file's own components their names, before what they reference can take them; then copy them."""
        adopted = []
        for home, name in self.own(self.read(file)):
            own = (file, join(home, name))
            target = self.final(*own)
            if target not in self.references:
                self.references[target] = self.name(home, name, file)
                adopted.append(target)
            elif target != own:  # a second name for one thing
                self.name(home, name, file, {"$ref": self.references[target]})
        for target in adopted:
            self.fill(*target)

    def own(self, document: Mapping[str, Any]) -> Iterator[Target]:
        """Home and name of each part of a document that keeps its name."""
        for kind, named in document.get("components", {}).items():
            if isinstance(named, Mapping) and not kind.startswith("x-"):
                yield from ((join("/components", kind), name) for name in named)

    def place(self, pointer: str) -> Target | None:
        """Home and name of what has a name in the one document too; None for what is put where it is referenced."""
        if not pointer.startswith("/components/") or pointer.count("/") != COMPONENT:
            return None
        home, _, name = pointer.rpartition("/")
        return home, split(f"/{name}")[0]

    def copy(self, node: Any, file: str, key: str = "", *, names: bool = False) -> Any:
        """A copy of what stands in a file under `key`; with `names` its own keys are names."""
        if isinstance(node, list):
            return list(node) if key == "examples" else [self.copy(item, file) for item in node]
        if not isinstance(node, Mapping):
            return node
        if not names and isinstance(node.get("$ref"), str):
            return self.follow(node, file)
        if key == "mapping":
            return {value: self.mapped(target, file) for value, target in node.items()}
        return {
            name: child if name in DATA and not names else self.copy_child(child, file, name, names=names)
            for name, child in node.items()
        }

    def copy_child(self, child: Any, file: str, name: str, *, names: bool) -> Any:
        """A copy of a member of an object, or of a map where the object's keys are `names`."""
        return self.copy(child, file) if names else self.copy(child, file, name, names=name in self.names)

    def mapped(self, target: str, file: str) -> str:
        """A discriminator's mapping names a schema or refers to it."""
        is_name = target in self.read(file).get("components", {}).get("schemas", {})
        reference = f"#{join('/components/schemas', target)}" if is_name else target
        return self.reference(*self.final(*target_of(reference, file)))

    def follow(self, node: Mapping[str, Any], file: str) -> Any:
        """What stands in the one document where a file has this reference."""
        target = self.final(*target_of(node["$ref"], file))
        beside = {
            name: self.copy_child(child, file, name, names=False) for name, child in node.items() if name != "$ref"
        }
        if self.place(target[1]) is None and target not in self.entered and target not in self.references:
            inlined = self.enter(*target)
            if target not in self.references:
                return {**inlined, **beside} if isinstance(inlined, dict) else inlined
            self.store(target, inlined)  # it has met itself
        return {"$ref": self.reference(*target), **beside}

    def enter(self, file: str, pointer: str) -> Any:
        """A copy of what a target is."""
        node: Any = self.read(file)
        for token in split(pointer):
            node = step(node, token)
        self.entered.append((file, pointer))
        copied = self.copy(node, file)
        self.entered.pop()
        return copied

    def reference(self, file: str, pointer: str) -> str:
        """The reference to a component, which is copied when it is first asked for."""
        if (file, pointer) not in self.references:
            home, name = self.place(pointer) or (SCHEMAS, (split(pointer) or [_stem(file)])[-1])
            self.references[file, pointer] = self.name(home, name, file)
            if (file, pointer) not in self.entered:
                self.fill(file, pointer)
        return self.references[file, pointer]

    def fill(self, file: str, pointer: str) -> None:
        """Copy what a target is to where its name was taken."""
        self.store((file, pointer), self.enter(file, pointer))

    def store(self, target: Target, copied: Any) -> None:
        """Put a copy under the name that its target has taken."""
        home, _, name = unquote(self.references[target])[1:].rpartition("/")
        self.parts[home][split(f"/{name}")[0]] = copied

    def name(self, home: str, wanted: str, file: str, content: Any = None) -> str:
        """Take a free name among the parts in one home; the reference to it."""
        taken = self.parts.setdefault(home, {})
        name = wanted if wanted not in taken else f"{wanted}.{_stem(file)}"
        taken[name] = content
        return f"#{home}/{quote(escape(name))}"

    def final(self, file: str, pointer: str) -> Target:
        """Follow a component that is nothing but a reference to another one."""
        seen: set[Target] = set()
        while (file, pointer) not in seen and self.place(pointer) is not None:
            seen.add((file, pointer))
            node: Any = self.read(file)
            for token in split(pointer):
                node = step(node, token)
            if not isinstance(node, Mapping) or list(node) != ["$ref"]:
                break
            file, pointer = target_of(node["$ref"], file)
        return file, pointer


def target_of(reference: str, file: str) -> Target:
    """What a reference in a file leads to."""
    path, _, fragment = reference.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path))) if path else file
    return there, unquote(fragment)


def _stem(file: str) -> str:
    return posixpath.basename(file).partition(".")[0]
