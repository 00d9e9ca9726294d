"""`commerce-contract generate`: a client from the documents, written or compared."""

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from commerce_cli.contract_report import REPORTS
from commerce_cli.report import count
from commerce_cli.running import RefusedError
from commerce_contract import Contract, ContractError, NoContractError, load

if TYPE_CHECKING:
    from commerce_cli.generate.build import Build
    from commerce_cli.generate.output import Output

CHECKOUT: Final = Path(__file__).resolve().parents[2]
_HOME: Final = CHECKOUT / "src" / "commerce_sdk"
_COMMAND: Final = ("commerce-contract", "generate")
_CLIENT: Final = "Commerce"
_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*")


def generate(
    contract: Annotated[
        Path | None,
        typer.Option(
            help="Directory or document. Without it: the platform's own documents.", envvar="COMMERCE_CONTRACT"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The package's directory. Without it: the client of this checkout.")
    ] = None,
    api_doc: Annotated[Path | None, typer.Option(help="Where to list all methods, as Markdown.")] = None,
    name: Annotated[
        str, typer.Option(help="The client's class; its upper case begins environment variables.")
    ] = _CLIENT,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if anything would change.")] = False,
) -> None:
    """Make a typed client of the documents: models, resources, errors and events."""
    if not _NAME.fullmatch(name):
        raise RefusedError(f"--name {name}: a class name is letters and digits with a capital first, such as PetShop")
    found = _load(contract)
    directory, documents = _places(found, out, api_doc)
    made = _made(found, name)
    output = _output(directory, documents, made)
    if not check:
        _write(output)
        return
    different = list(output.differences())
    for each in different:
        typer.echo(f"{_shown(each.path)} {each.drift}")
    if different:
        given = {
            "--contract": contract,
            "--out": out,
            "--api-doc": api_doc,
            "--name": name if name != _CLIENT else None,
        }
        options = [part for option, value in given.items() if value is not None for part in (option, str(value))]
        typer.echo(f"{count(len(different), 'file')} to mend: run `{shlex.join([*_COMMAND, *options])}`.")
        raise typer.Exit(1)
    typer.echo(f"{count(len(output.files), 'file')} in {_shown(directory)} are what the contract says.")


def _load(source: Path | None) -> Contract:
    try:
        return load(source)
    except NoContractError as error:
        fault = error.faults[0]
        raise RefusedError(f"{fault.location.file}: {fault.message}. {fault.hint}.") from None
    except ContractError as error:
        typer.echo(REPORTS["text"].faults(error))
        raise typer.Exit(1) from None


def _places(contract: Contract, out: Path | None, api_doc: Path | None) -> tuple[Path, tuple[Path, ...]]:
    """The package's directory, and where to list its methods. Raises RefusedError where nobody said."""
    if out is not None:
        return out.absolute(), (api_doc.absolute(),) if api_doc else ()
    if contract.root != CHECKOUT or not _HOME.is_dir():
        raise RefusedError("say with --out where the client of these documents is to go, such as --out src/petshop")
    return _HOME / "_generated", ((api_doc or CHECKOUT / "api.md").absolute(),)


def _made(contract: Contract, name: str) -> "Build":
    """The client, with notes on what it leaves out. Raises RefusedError."""
    try:
        # What the generator stands on comes with an extra of its own: the other commands do without.
        from commerce_cli.generate.build import build  # noqa: PLC0415
        from commerce_cli.generate.modelling import GeneratorFailedError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("commerce_"):
            raise
        raise RefusedError(f'{error.name} is not installed: pip install "commerce-sdk[generate]"') from None
    try:
        made = build(contract, name, _tell)
    except GeneratorFailedError as error:
        raise RefusedError(str(error)) from None
    for note in made.left_out:
        typer.echo(f"note: {note}", err=True)
    return made


def _output(directory: Path, documents: tuple[Path, ...], made: "Build") -> "Output":
    from commerce_cli.generate.output import Output  # noqa: PLC0415 - as above

    return Output(directory, made.files, dict.fromkeys(documents, made.api))


def _write(output: "Output") -> None:
    from commerce_cli.generate.output import InTheWayError  # noqa: PLC0415 - as above

    try:
        different = output.write()
    except InTheWayError as error:
        raise RefusedError(str(error)) from None
    changed = f"{len(different)} changed" if different else "none changed"
    typer.echo(f"{count(len(output.files), 'file')} in {_shown(output.directory)}, {changed}.")


def _tell(step: str) -> None:
    if sys.stderr.isatty():
        typer.echo(f"{step} …", err=True)


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
