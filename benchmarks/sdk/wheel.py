"""How much a `pip install commerce-sdk` fetches of ours: the size of the distribution's wheel, built for it."""

import sys
from pathlib import Path
from zipfile import ZipFile

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Spread
from benchmarks.sdk.worker import run

_ROOT = Path(__file__).parents[2]
_KILO = 1_000
_CLIENT = "commerce_sdk/"


def wheel(bench: Bench) -> list[Figure]:
    """Build the wheel and weigh it; BenchmarkError where pip cannot, for instance without the package index."""
    directory = bench.files / "wheel"
    options = ["--no-deps", "--quiet", "--disable-pip-version-check", "--wheel-dir", str(directory)]
    run([sys.executable, "-m", "pip", "wheel", *options, str(_ROOT)], bench.load_core)
    (built,) = directory.glob("*.whl")
    whole, client = weigh(built)
    bench.say(f"wheel: {whole:.0f} kB, {client:.0f} kB of it the client")
    return [
        Figure("sdk.wheel.size", "wheel of the distribution", "kB", Spread.of([whole])),
        Figure("sdk.wheel.client", "the client's share of the wheel", "kB", Spread.of([client])),
    ]


def weigh(built: Path) -> tuple[float, float]:
    """Kilobytes (1,000 bytes) of a wheel, and of the client's files as they lie in it, compressed."""
    with ZipFile(built) as archive:
        client = sum(file.compress_size for file in archive.infolist() if file.filename.startswith(_CLIENT))
    return built.stat().st_size / _KILO, client / _KILO
