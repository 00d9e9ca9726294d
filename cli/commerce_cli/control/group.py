"""The derived commands among the others: made when one of them, or the list of all, is asked for."""

import inspect
import keyword
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from commerce_cli.control import exploring
from commerce_cli.control.commands import Command, Input, controls

_KINDS: Final = {"string": str, "integer": int, "number": float, "boolean": bool, "json": str}
_RESERVED: Final = ("body", "url", "world", "admin_token")


class ControlGroup(TyperGroup):
    """`commerce-mock`: its own commands, and those of the control document."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by its name."""
        return super().get_command(ctx, cmd_name) or _derived(cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:
        """All names: first those that need no running mock."""
        own = super().list_commands(ctx)
        return [*own, *sorted(set(controls().nouns) - set(own))]


def _derived(noun: str) -> Any:
    verbs = controls().nouns.get(noun)
    if verbs is None:
        return None
    app = typer.Typer(name=noun, no_args_is_help=True, rich_markup_mode=None, help=_about(verbs))
    if set(verbs) != {""}:
        app.callback()(_nothing)
    for verb, command in verbs.items():
        described = f"{command.operation.summary}.\n\n{command.operation.description}"
        app.command(verb or noun, help=described, short_help=command.operation.summary)(_function(command))
    if noun == exploring.NOUN:
        exploring.register(app)
    return typer.main.get_command(app)


def _about(verbs: Mapping[str, Command]) -> str:
    summaries = [command.operation.summary for command in verbs.values()]
    return f"Of a running mock: {', '.join(text[0].lower() + text[1:] for text in summaries)}."


def _nothing() -> None:
    """What a group does by itself."""


def _function(command: Command) -> Callable[..., None]:
    """A function with the signature that Typer makes arguments and options of."""
    names = {each.name: _python(each.name) for each in command.inputs}

    def run(**given: Any) -> None:
        from commerce_cli.control.call import Target, call  # noqa: PLC0415 - see the top of commerce_cli/mock.py

        target = Target(given["url"], given["world"], given["admin_token"])
        call(command, {name: given[python] for name, python in names.items()}, given.get("body"), target)

    inputs = sorted(command.inputs, key=lambda each: not _is_positional(each))
    parameters = [_parameter(names[each.name], each, command.noun) for each in inputs]
    if command.operation.body is not None:
        parameters.append(
            _option("body", Path | None, "--body", "The body as a JSON file, - for stdin.", metavar="FILE")
        )
    parameters += [
        _option(
            "world", str | None, "--world", "Which of its worlds. [default: default]", envvar="COMMERCE_MOCK_WORLD"
        ),
        _option("url", str, "--url", "Where the mock is.", default=controls().url, envvar="COMMERCE_MOCK_URL"),
        _option(
            "admin_token",
            str | None,
            "--admin-token",
            "What it asks for where other machines reach it.",
            envvar="COMMERCE_ADMIN_TOKEN",
        ),
    ]
    run.__dict__["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _is_positional(each: Input) -> bool:
    return each.required and each.place != "query"


def _parameter(name: str, each: Input, noun: str) -> inspect.Parameter:
    kind: Any = _choice(each) if each.choices else _KINDS[each.kind]
    if _is_positional(each):
        return _made(name, Annotated[kind, typer.Argument(help=each.help)], inspect.Parameter.empty)
    plain = _python(each.name).rstrip("_").replace("_", "-")
    # What is called as a flag of all commands is told from it: the body of `requests` is `--request-body`.
    option = f"--{noun.removesuffix('s')}-{plain}" if plain in _RESERVED else f"--{plain}"
    flags = (f"{option}/--no-{option[2:]}",) if each.kind == "boolean" else (option,)
    annotation = list[kind] | None if each.many else kind | None
    default = inspect.Parameter.empty if each.required else None
    return _made(name, Annotated[kind if each.required else annotation, typer.Option(*flags, help=each.help)], default)


def _choice(each: Input) -> Any:
    """What Typer makes a choice of."""
    return Enum(each.name, {choice: choice for choice in each.choices}, type=str)


def _option(name: str, kind: Any, flag: str, told: str, *, default: Any = None, **more: Any) -> inspect.Parameter:
    return _made(name, Annotated[kind, typer.Option(flag, help=told, **more)], default)


def _made(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _python(name: str) -> str:
    """A name of the document as a name in Python that is no other parameter's."""
    plain = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    plain = plain.replace("-", "_")
    return f"{plain}_" if plain in _RESERVED or keyword.iskeyword(plain) else plain
