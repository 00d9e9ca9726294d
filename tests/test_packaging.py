"""The distribution: what its archives carry, and that the mock runs from an installed one, far from the checkout."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from harness.command import serving

ROOT = Path(__file__).parents[1]
FOLDERS = [folder for top in ("src", "cli") for folder in sorted((ROOT / top).iterdir()) if folder.is_dir()]
PACKAGES = {
    folder.name: folder.relative_to(ROOT).as_posix() for folder in FOLDERS if folder.name.startswith("commerce_")
}


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(  # noqa: S603 - our own commands
        [str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory outside the checkout with a virtual environment of its own."""
    place = tmp_path_factory.mktemp("packaging")
    venv.create(place / "venv")
    return place


def pip(place: Path, environment: str, *arguments: str | Path) -> None:
    """Our own pip, told to work for an environment of the place: to install one in each takes seconds."""
    command = ("-m", "pip", "--quiet", "--disable-pip-version-check", "--python", place / environment / "bin/python")
    run(sys.executable, *command, *arguments, cwd=place)


@pytest.fixture(scope="module")
def sdist(place: Path) -> Path:
    """The source archive, built in an environment that is thrown away."""
    venv.create(place / "builder")
    pip(place, "builder", "install", "--no-compile", "hatchling>=1.27,<2")
    command = ("-m", "hatchling", "build", "--target", "sdist", "--directory", place / "dist")
    run(place / "builder/bin/python", *command, cwd=ROOT)
    (archive,) = (place / "dist").glob("*.tar.gz")
    return archive


@pytest.fixture(scope="module")
def wheel(place: Path, sdist: Path) -> Path:
    """The wheel, built from the source archive alone."""
    pip(place, "venv", "wheel", "--no-deps", "--wheel-dir", place / "dist", sdist)
    (archive,) = (place / "dist").glob("*.whl")
    return archive


@pytest.fixture(scope="module")
def installed(place: Path, wheel: Path) -> Path:
    """Where the commands are of an environment in which nothing but the wheel and its extra `mock` is installed."""
    pip(place, "venv", "install", f"commerce-sdk[mock] @ {wheel.as_uri()}")
    return place / "venv/bin"


def files(package: str) -> set[str]:
    """The files of a package in the checkout, as paths below it."""
    folder = ROOT / PACKAGES[package]
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in found}


def documents() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix() for kind in ("openapi", "asyncapi") for path in (ROOT / kind).glob("*.yaml")
    }


def test_the_source_archive_carries_code_documents_and_words(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert documents() <= names
    assert {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"} <= names
    for package, folder in PACKAGES.items():
        assert {f"{folder}/{file}" for file in files(package)} <= names


def test_the_wheel_carries_every_file_of_the_packages_and_the_documents(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    own = {f"{package}/{file}" for package in PACKAGES for file in files(package)}
    carried = {f"commerce_contract/documents/{document}" for document in documents()}
    assert {f"{package}/py.typed" for package in PACKAGES} <= own
    assert {"commerce_mock/scenarios/demo.yaml", "commerce_mock/http/templates/docs.html"} <= own
    assert {name for name in names if ".dist-info/" not in name} == own | carried


def test_the_sdk_alone_needs_two_libraries(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().splitlines()
    needed = [line for line in lines if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert sorted(line.split()[1].partition("<")[0].partition(">")[0] for line in needed) == ["httpx", "pydantic"]


def test_the_mock_runs_from_the_wheel_far_from_the_checkout(installed: Path, place: Path) -> None:
    where = run(installed / "python", "-c", "import commerce_mock as m; print(m.__file__)", cwd=place)
    assert Path(where.strip()).is_relative_to(place)
    services = ["users", "orders", "payments", "notifications", "admin"]
    token = run(installed / "commerce-mock", "token", cwd=place).strip()
    with serving("--clock", "frozen", services=services, binaries=installed, cwd=place) as running:
        assert list(running.urls) == sorted(services)
        with httpx.Client(headers={"authorization": f"Bearer {token}"}) as client:
            order = client.get(f"{running.urls['orders']}/api/orders/order-124")
            assert (order.status_code, order.json()["totalAmount"]) == (200, 40.25)
            assert client.get(f"{running.urls['admin']}/__admin/health").json()["status"] == "healthy"
            page = client.get(f"{running.urls['orders']}/docs")
            assert page.headers["content-type"].startswith("text/html")
            assert "orders.create" in page.text
            assert "orders_created_total" in client.get(f"{running.urls['orders']}/metrics").text


def test_the_contracts_command_checks_the_packaged_documents(installed: Path, place: Path) -> None:
    printed = run(installed / "commerce-contract", "check", cwd=place)
    assert printed.startswith(f"No fault in {place}")
    assert "openapi/orders.yaml, asyncapi/orders.yaml" in printed
