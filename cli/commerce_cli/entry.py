"""Where the commands begin: they come with the distribution, and what they need with its extras."""

import sys
from importlib import import_module


def mock() -> None:
    """Run `commerce-mock`. Raises SystemExit with its exit code."""
    _start("commerce_cli.mock", "commerce-mock")


def contract() -> None:
    """Run `commerce-contract`. Raises SystemExit with its exit code."""
    _start("commerce_cli.contract", "commerce-contract")


def _start(module: str, name: str) -> None:
    try:
        import_module(module).main()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("commerce_"):
            raise
        sys.stderr.write(f'{name}: {error.name} is not installed: pip install "commerce-sdk[mock]"\n')
        sys.exit(2)
