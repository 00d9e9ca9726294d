"""What `mypy --strict` takes for a program with the client, and for one that does the same by hand."""

import os
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Spread
from benchmarks.sdk.worker import run

APPS = Path(__file__).with_name("apps")
_DISTRIBUTION = "commerce-sdk"
_EXTRA = re.compile(r"^([\w.-]+)[^;]*;.*\bextra\b")
_STRICT = "[mypy]\nstrict = True\n"
_SKIPPED = "[mypy-{}]\nfollow_imports = skip\nfollow_imports_for_stubs = True\n"


def types(bench: Bench) -> list[Figure]:
    """Check both by turns, each time with an empty cache; nothing is measured where the plan has no such rounds.

    The client is checked twice: with all its extras installed, which is how this project is set up, and as though none
    were, which is what `pip install commerce-sdk` gives.
    """
    sides = {
        "sdk": (APPS / "with_sdk.py", _STRICT),
        "plain": (APPS / "with_sdk.py", _STRICT + _SKIPPED.format(",".join(f"{name}.*" for name in extras()))),
        "by hand": (APPS / "by_hand.py", _STRICT),
    }
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    for number in range(1, bench.plan.checks + 1):
        for side, (app, settings) in sides.items():
            seconds[side].append(check(bench, app, settings))
        told = ", ".join(f"{side} {taken[-1]:.2f} s" for side, taken in seconds.items())
        bench.say(f"types {number}/{bench.plan.checks}: {told}")
    if not bench.plan.checks:
        bench.say("types: left out of this plan")
        return []
    sdk, plain, by_hand = (Spread.of(taken) for taken in seconds.values())
    title = "mypy --strict, httpx and pydantic"
    return [
        Figure("sdk.types.plain", f"{title}, no extras", "s", plain, by_hand),
        Figure("sdk.types.extras", f"{title}, all extras", "s", sdk, by_hand),
    ]


def extras() -> list[str]:
    """The modules of what the distribution's extras bring, as far as they are installed, in order."""
    asked = {found[1].lower() for each in metadata.requires(_DISTRIBUTION) or () if (found := _EXTRA.match(each))}
    there = metadata.packages_distributions()
    return sorted(
        module
        for module, distributions in there.items()
        if module.isidentifier() and asked.intersection(name.lower() for name in distributions) - {_DISTRIBUTION}
    )


def check(bench: Bench, app: Path, settings: str) -> float:
    """Processor seconds that mypy takes for one program, away from this project's settings.

    Raises BenchmarkError on a type error.
    """
    with TemporaryDirectory(dir=bench.files) as directory:
        copied = shutil.copy(app, directory)
        Path(directory, "mypy.ini").write_text(settings)
        before = os.times()
        run([sys.executable, "-m", "mypy", "--cache-dir", "cache", copied], bench.load_core, cwd=directory)
        after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
