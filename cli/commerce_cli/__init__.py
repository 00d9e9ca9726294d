"""The commands `commerce-mock` and `commerce-contract`."""

import tomllib
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "commerce-sdk"


def version() -> str:
    """The version of the installed distribution, of this checkout where it is not installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
