"""`commerce-mock scenario`: files that are checked, loaded, saved and generated."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from commerce_cli.mock import main
from commerce_mock.scenario import load_scenario
from harness.command import Running, serving

SHOP = """users:
  - id: 7a1f0c52-0d55-4a3f-8a5e-0c7a7f1b2d11
    email: kim@example.com
    username: kim
    first_name: Kim
    last_name: Park
events:
  - {type: user_created, resource: users/7a1f0c52-0d55-4a3f-8a5e-0c7a7f1b2d11, time: '2026-01-01'}
"""
SERVICES = ["admin", "notifications", "orders", "payments", "users"]


def run(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    with serving("--clock", "frozen", services=SERVICES) as running:
        yield running


def test_a_good_scenario_is_told_what_is_in_it(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("scenario", "check", str(shop)) == 0
    assert capsys.readouterr().out == f"No fault in {shop}: 0 orders, 0 payments, 1 users, 1 events, 0 faults.\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("users: 7\n", "shop.yaml:1 #/users: `users` is not a list. Write each entry after a dash."),
        ("users: [}\n", "shop.yaml:1 #: not YAML: "),
        (SHOP.replace("@", " at "), "shop.yaml:3 #/users/0/email: `email` must be a valid email."),
        (SHOP + "faults:\n  - fault: magic\n", "shop.yaml:10 #/faults/0/fault: `fault` must be problem, "),
        (SHOP + "settlement: soon\n", "shop.yaml:9 #/settlement: 'soon' is no delay: give immediate"),
        (SHOP + "settlement: 7\n", "shop.yaml:9 #/settlement: `settlement` is not a text. Write it in quotes."),
    ],
)
def test_every_fault_is_told_with_file_and_line(
    text: str, told: str, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write_text(text, encoding="utf-8")
    assert run("scenario", "check", str(shop)) == 1
    said = capsys.readouterr().err
    assert said.replace(f"{shop.parent}/", "").startswith(f"commerce-mock: {told}")


@pytest.mark.untraced  # to trace so many takes longer than to do them
def test_a_large_json_file_tells_the_line_of_a_fault_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "large.json"
    assert run("scenario", "generate", "--users", "5", "--orders", "3000", "--out", str(file)) == 0
    text = file.read_text(encoding="utf-8")
    assert len(text) > 1_000_000
    assert run("scenario", "check", str(file)) == 0
    lines = text.splitlines()
    number = next(index for index, line in enumerate(lines) if '"order-7"' in line)
    lines[number] = lines[number].replace('"currency"', '"x"').replace('"totalAmount":', '"totalAmount":-')
    file.write_text("\n".join(lines), encoding="utf-8")
    capsys.readouterr()
    assert run("scenario", "check", str(file)) == 1
    assert capsys.readouterr().err.startswith(f"commerce-mock: {file}:{number + 1} #/orders/6/totalAmount: ")
    file.write_text(text[:-10], encoding="utf-8")
    assert run("scenario", "check", str(file)) == 1
    assert "not JSON: " in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("scenario", "check", "nowhere.yaml") == 2
    assert "there is no scenario 'nowhere.yaml'" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_what_is_generated_is_a_scenario_without_a_fault(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"made.{suffix}"
    assert run("scenario", "generate", "--users", "3", "--orders", "20", "--seed", "4", "--out", str(file)) == 0
    assert run("scenario", "check", str(file)) == 0
    assert "20 orders" in capsys.readouterr().out
    assert len(load_scenario(str(file)).resources["users"]) == 3


def test_what_is_generated_comes_on_standard_output_without_a_file(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("scenario", "generate", "--users", "1", "--orders", "0", "--now", "2030-01-01") == 0
    assert capfdbinary.readouterr().out.startswith(b'clock: "2030-01-01T00:00:00Z"\nusers:\n  - {"id":')


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--users", "0", "--orders", "1"], "Invalid value for '--users'"),
        (["--users", "1"], "Missing option '--orders'"),
        (["--users", "1", "--orders", "1", "--now", "soon"], "--now soon: give an ISO time"),
        (["--users", "1", "--orders", "1", "--out", "/nowhere/x.yaml"], "/nowhere/x.yaml: cannot be written: "),
        (["--users", "1", "--orders", "1", "--load", "--url", "http://127.0.0.1:9"], "no mock answers at"),
    ],
)
def test_what_cannot_be_generated_is_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("scenario", "generate", *arguments) == 2
    assert told in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("scenario", "schema") == 0
    assert "shipments" not in json.loads(capsys.readouterr().out)["properties"]


def test_a_running_mock_is_loaded_saved_and_filled(
    mock: Running, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--url", mock.urls["admin"])
    assert run("scenario", "load", str(shop), *at) == 0
    assert json.loads(capsys.readouterr().out)["resources"] == {"orders": 0, "payments": 0, "users": 1}
    for name in ("saved.yaml", "saved.json"):
        saved = shop.parent / name
        assert run("scenario", "save", str(saved), *at) == 0
        assert load_scenario(str(saved)).resources["users"][0]["username"] == "kim"
        assert run("scenario", "load", str(saved), *at) == 0
        assert run("scenario", "check", str(saved)) == 0
    capsys.readouterr()
    assert run("scenario", "generate", "--users", "2", "--orders", "9", "--load", "--world", "w9", *at) == 0
    assert json.loads(capsys.readouterr().out)["resources"]["orders"] == 9
    assert run("scenario", "load", str(shop), "--world", "w9", *at) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "w9"


def test_a_world_is_saved_on_standard_output(mock: Running, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    at = ("--world", "w1", "--url", mock.urls["admin"])
    assert run("scenario", "load", "demo", *at) == 0
    capfdbinary.readouterr()
    assert run("scenario", "save", *at) == 0
    assert capfdbinary.readouterr().out.startswith(b'clock: "2023-01-01T01:00:00Z"\norders:\n  - id: "order-123"\n')


def test_what_the_mock_refuses_is_told_with_file_and_line(
    mock: Running, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.write_text(SHOP.replace("kim@example.com", "kim") + "pets: []\n", encoding="utf-8")
    assert run("scenario", "load", str(shop), "--url", mock.urls["admin"]) == 1
    told = capsys.readouterr().err.replace(f"{shop.parent}/", "").splitlines()
    assert told[0].startswith("commerce-mock: shop.yaml:3 #/users/0/email: `email` must be a valid email. Say it as")
    assert (
        told[1] == "commerce-mock: shop.yaml:9 #/pets: the contract stores no pets. It stores orders, payments, users."
    )
    shop.write_text("users: 7\n", encoding="utf-8")
    assert run("scenario", "load", str(shop), "--url", mock.urls["admin"]) == 1
    assert "shop.yaml:1 #/users: `users` is not a list" in capsys.readouterr().err


def test_where_no_mock_is_nothing_is_loaded_or_saved(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("load", str(shop)), ("save",)):
        assert run("scenario", *arguments, "--url", "http://127.0.0.1:9") == 2
        assert "no mock answers at http://127.0.0.1:9" in capsys.readouterr().err
