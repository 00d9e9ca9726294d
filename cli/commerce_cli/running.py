"""Running a command so that whatever is wrong with it is one line on stderr and exit code 2, never a traceback."""

import os
import sys
from collections.abc import Sequence

import typer


class RefusedError(Exception):
    """The command cannot do what it was asked; the message says why and what to do, in one line where it can."""


def run(app: typer.Typer, name: str, arguments: Sequence[str] | None = None) -> int:
    """Run a Typer app on the process's arguments (or the given ones); the exit code."""
    command = typer.main.get_command(app)
    try:
        result = command.main(args=arguments, prog_name=name, standalone_mode=False)
    except RefusedError as error:
        typer.echo(f"{name}: {error}", err=True)
        return 2
    except BrokenPipeError:
        # Who read the output has left, as `head` does: the rest is for nobody, also what Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except OSError as error:
        # A full disk behind standard output, say; what is still buffered can go nowhere either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        typer.echo(f"{name}: {error.strerror or error}", err=True)
        return 2
    except Exception as error:
        # Typer keeps its parser's exceptions private; what they have in common is how they tell their message.
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        typer.echo(_usage(name, error, message()), err=True)
        return 2
    return result if isinstance(result, int) else 0


def _usage(name: str, error: Exception, message: str) -> str:
    """A usage error on one line; where there is no command at all, the help that the parser made of it."""
    if "\n" in message.strip():
        return message
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else name
    return f"{path}: {message.strip().rstrip('.')} (see {path} --help)"
