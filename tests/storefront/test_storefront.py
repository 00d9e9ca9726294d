"""The storefront's own tests, as its developers run them: eight workers, each with a browser and a world, one mock."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import orjson

from harness.command import Running

STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"
WORKERS = {f"gw{number}" for number in range(8)}
EVERY_STORY = set(re.findall(r"^def (test_\w+)", (STOREFRONT / "test_storefront.py").read_text(), re.MULTILINE))


def run(environment: dict[str, str]) -> str:
    """Run the storefront's tests; what is printed."""
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-n", "8", "--dist", "worksteal", "-rA", str(STOREFRONT)]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        # Plugins that it does not need would take longer to load, eight times, than the tests take.
        env={**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


# One test, because the run takes long: tests of one module may be spread over the workers of the run that they are in.
def test_eight_workers_share_a_mock_and_none_sees_another(environment: dict[str, str], platform: Running) -> None:
    said = run(environment)
    assert set(re.findall(r"^PASSED \S+::(\w+)", said, re.MULTILINE)) == EVERY_STORY
    assert "skipped" not in said

    with urlopen(f"{platform.urls['admin']}/__admin/worlds?limit=100") as answer:  # noqa: S310 - http, our own mock
        worlds = {world["name"]: world for world in orjson.loads(answer.read())["worlds"]}
    assert worlds.keys() == {"default", *WORKERS}
    assert all(worlds[name]["requests"] for name in WORKERS)
    # Whoever names no world has seen nothing of it.
    untouched = worlds["default"]["now"], worlds["default"]["resources"]
    assert untouched == ("2023-01-01T01:00:00Z", {"users": 2, "orders": 3, "payments": 2})
