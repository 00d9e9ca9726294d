"""A document with everything that it references in other files brought inside, so that it can be served alone."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
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

Read = Callable[[str], Mapping[str, Any]]
Target = tuple[str, str]


def bundle(files: Sequence[str], read: Read, paths: Mapping[Target, str] | None = None) -> dict[str, Any]:
    """One OpenAPI document made of several files, without a reference to any other file; the caller may change it.

    `read` gives a document by its path relative to the contract's root. The first of `files` gives title, version and
    all else that stands once; the others add paths, webhooks, tags and components. What is a component of another file
    becomes one here, everything else that is referenced is put in its place. Where two files use one name for different
    components, the later one is followed by its file's stem (`Problem.common`). `paths` renames the path of a file.
    """
    return _Bundler(read).bundle(files, paths or {})


def excerpt(file: str, pointer: str, read: Read) -> tuple[Any, dict[str, Any]]:
    """One node of a file without a reference to any other file, and a document of the components in it."""
    bundler = _Bundler(read)
    node = bundler.enter(file, pointer)
    if (file, pointer) in bundler.references:  # it has met itself
        bundler.store((file, pointer), node)
    return node, {"components": bundler.components}


class _Bundler:
    """Lives for one call of `bundle`. A target is a file and a pointer into it."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.components: dict[str, dict[str, Any]] = {}
        self.references: dict[Target, str] = {}
        self.entered: list[Target] = []

    def bundle(self, files: Sequence[str], paths: Mapping[Target, str]) -> dict[str, Any]:
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
        if self.components:
            whole["components"] = {kind: dict(sorted(named.items())) for kind, named in self.components.items()}
        return whole

    def secured(self, item: dict[str, Any], file: str) -> dict[str, Any]:
        """A path whose operations say themselves what their document says once for all of them."""
        security = self.read(file).get("security", [])
        operations = {key: node for key, node in item.items() if isinstance(node, Mapping) and "responses" in node}
        return {**item, **{method: {"security": security, **node} for method, node in operations.items()}}

    def adopt(self, file: str) -> None:
        """Give the file's own components their names, before what they reference can take them; then copy them."""
        adopted = []
        for kind, named in self.read(file).get("components", {}).items():
            if not isinstance(named, Mapping) or kind.startswith("x-"):
                continue
            for name in named:
                target = self.final(file, join("/components", kind, name))
                if target in self.references:  # a second name for one thing
                    self.name(kind, name, file, {"$ref": self.references[target]})
                else:
                    self.references[target] = self.name(kind, name, file)
                    adopted.append(target)
        for target in adopted:
            self.fill(*target)

    def copy(self, node: Any, file: str, key: str = "", *, names: bool = False) -> Any:
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
        return self.copy(child, file) if names else self.copy(child, file, name, names=name in NAMES)

    def mapped(self, target: str, file: str) -> str:
        """A discriminator's mapping names a schema or refers to it."""
        is_name = target in self.read(file).get("components", {}).get("schemas", {})
        reference = f"#{join('/components/schemas', target)}" if is_name else target
        return self.reference(*self.final(*_target(reference, file)))

    def follow(self, node: Mapping[str, Any], file: str) -> Any:
        target = self.final(*_target(node["$ref"], file))
        beside = {
            name: self.copy_child(child, file, name, names=False) for name, child in node.items() if name != "$ref"
        }
        if not _is_component(target[1]) and target not in self.entered and target not in self.references:
            inlined = self.enter(*target)
            if target not in self.references:
                return {**inlined, **beside} if isinstance(inlined, dict) else inlined
            self.store(target, inlined)  # it has met itself
        return {"$ref": self.reference(*target), **beside}

    def enter(self, file: str, pointer: str) -> Any:
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
            tokens = split(pointer)
            kind, name = tokens[1:] if _is_component(pointer) else ("schemas", (tokens or [_stem(file)])[-1])
            self.references[file, pointer] = self.name(kind, name, file)
            if (file, pointer) not in self.entered:
                self.fill(file, pointer)
        return self.references[file, pointer]

    def fill(self, file: str, pointer: str) -> None:
        self.store((file, pointer), self.enter(file, pointer))

    def store(self, target: Target, copied: Any) -> None:
        _, kind, name = split(unquote(self.references[target])[1:])
        self.components[kind][name] = copied

    def name(self, kind: str, wanted: str, file: str, content: Any = None) -> str:
        """Take a free name among the components of a kind; the reference to it."""
        taken = self.components.setdefault(kind, {})
        name = wanted if wanted not in taken else f"{wanted}.{_stem(file)}"
        taken[name] = content
        return f"#/components/{escape(kind)}/{quote(escape(name))}"

    def final(self, file: str, pointer: str) -> Target:
        """Follow a component that is nothing but a reference to another one."""
        seen: set[Target] = set()
        while (file, pointer) not in seen and _is_component(pointer):
            seen.add((file, pointer))
            node: Any = self.read(file)
            for token in split(pointer):
                node = step(node, token)
            if not isinstance(node, Mapping) or list(node) != ["$ref"]:
                break
            file, pointer = _target(node["$ref"], file)
        return file, pointer


def _target(reference: str, file: str) -> Target:
    path, _, fragment = reference.partition("#")
    there = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path))) if path else file
    return there, unquote(fragment)


def _is_component(pointer: str) -> bool:
    return pointer.startswith("/components/") and pointer.count("/") == COMPONENT


def _stem(file: str) -> str:
    return posixpath.basename(file).partition(".")[0]
