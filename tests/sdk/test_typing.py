"""The public types are complete: whoever imports the client sees no unknown type."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_pyright_knows_every_public_type(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOT / "src" / "commerce_sdk", site / "commerce_sdk")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--verifytypes", "commerce_sdk", "--ignoreexternal"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
    )
    report = json.loads(done.stdout)["typeCompleteness"]
    public = [
        symbol
        for symbol in report["symbols"]
        # OpenTelemetry's package has no types that pyright can verify.
        if symbol["isExported"] and not symbol["isTypeKnown"] and not symbol["name"].startswith("commerce_sdk.otel.")
    ]
    unknown = [f"{symbol['name']}: {each['message']}" for symbol in public for each in symbol["diagnostics"]]
    assert report["exportedSymbolCounts"]["withKnownType"] > 150
    assert unknown == []
