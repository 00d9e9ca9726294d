"""Generated clients under a type checker: they are clean, and their users see every type."""

import os
import subprocess
import sys
from pathlib import Path

from foreign_clients.clients import CONTRACTS, Clients

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "programs" / "uses.txt"


def test_all_clients_and_a_program_that_uses_them_are_clean_under_mypy_strict(clients: Clients, tmp_path: Path) -> None:
    packages = [str(clients.made(name)) for name in CONTRACTS]
    program = tmp_path / "uses.py"
    program.write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--warn-unreachable",
        "--config-file=",
        f"--cache-dir={tmp_path}",
    ]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, *packages, str(program)],
        check=False,
        capture_output=True,
        text=True,
        cwd=clients.directory,
        env={**os.environ, "MYPYPATH": os.pathsep.join((str(ROOT / "src"), str(clients.directory)))},
    )
    assert done.stdout.startswith("Success: no issues found in"), done.stdout
