"""What lies in a directory, compared with a run, and written."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from commerce_cli.generate.build import MANIFEST, digest
from commerce_cli.generate.output import Drift, InTheWayError, Output
from commerce_cli.generate.rendering import header

LINE = f"# {header(['shop.yaml'])}\n"


def output(directory: Path, files: Mapping[str, str], documents: Mapping[Path, str] | None = None) -> Output:
    """A run that made these files, with their manifest."""
    texts = {name: LINE + text for name, text in files.items()}
    manifest = json.dumps({"files": {name: digest(text.encode()) for name, text in texts.items()}})
    return Output(directory, {**texts, MANIFEST: manifest}, documents or {})


def drifts(run: Output) -> dict[str, Drift]:
    return {each.path.relative_to(run.directory.parent).as_posix(): each.drift for each in run.differences()}


def test_it_is_written_with_its_directories_and_then_nothing_differs(tmp_path: Path) -> None:
    run = output(tmp_path / "out", {"client.py": "1", "models/shop.py": "2"}, {tmp_path / "docs" / "api.md": "A"})
    assert {each.drift for each in run.write()} == {Drift.MISSING}
    assert (tmp_path / "out" / "models" / "shop.py").read_text(encoding="utf-8") == f"{LINE}2"
    assert (tmp_path / "docs" / "api.md").read_text(encoding="utf-8") == "A"
    assert run.write() == ()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["client.py", "manifest.json", "models"]


def test_each_kind_of_difference_is_told_and_comparing_writes_nothing(tmp_path: Path) -> None:
    output(tmp_path / "out", {"edited.py": "1", "old.py": "1", "gone.py": "1", "stray.py": "1"}).write()
    (tmp_path / "out" / "edited.py").write_text(f"{LINE}by hand", encoding="utf-8")
    (tmp_path / "out" / "gone.py").unlink()
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert drifts(output(tmp_path / "out", {"edited.py": "1", "old.py": "2", "gone.py": "1"})) == {
        "out/edited.py": Drift.EDITED,
        "out/old.py": Drift.OLD,
        "out/gone.py": Drift.MISSING,
        "out/manifest.json": Drift.OLD,
        "out/stray.py": Drift.STRAY,
    }
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_only_what_an_earlier_run_made_is_removed(tmp_path: Path) -> None:
    output(tmp_path / "out", {"old.py": "1", "deep/older.py": "1"}).write()
    (tmp_path / "out" / "mine.py").write_text("mine", encoding="utf-8")
    output(tmp_path / "out", {"new.py": "1"}).write()
    assert {path.name for path in (tmp_path / "out").glob("*.py")} == {"mine.py", "new.py"}
    assert not (tmp_path / "out" / "deep" / "older.py").exists()


@pytest.mark.parametrize("name", ["../mine.py", "/etc/mine.py", "data.csv", "deep/../../mine.py"])
def test_a_manifest_cannot_have_files_removed_that_lie_elsewhere(tmp_path: Path, name: str) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("mine", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "data.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "out" / MANIFEST).write_text(json.dumps({"files": {name: "0"}}), encoding="utf-8")
    output(tmp_path / "out", {"new.py": "1"}).write()
    assert mine.exists()
    assert (tmp_path / "out" / "data.csv").exists()


@pytest.mark.parametrize("broken", ["", "[]", "{}", '{"files": []}', '{"files": 3}'])
def test_a_broken_manifest_knows_no_files(tmp_path: Path, broken: str) -> None:
    (tmp_path / MANIFEST).write_text(broken, encoding="utf-8")
    run = output(tmp_path, {"new.py": "1"})
    assert len(run.write()) == 2
    assert list(run.differences()) == []


def test_a_file_that_was_not_generated_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "orders.py").write_text("mine", encoding="utf-8")
    with pytest.raises(InTheWayError, match=r"in the way, and not generated: .*orders\.py\. Move them, or choose"):
        output(tmp_path, {"client.py": "1", "orders.py": "1"}).write()
    assert [path.name for path in tmp_path.iterdir()] == ["orders.py"]


def test_a_generated_file_is_replaced_also_where_the_manifest_is_lost(tmp_path: Path) -> None:
    output(tmp_path, {"client.py": "1"}).write()
    (tmp_path / MANIFEST).unlink()
    output(tmp_path, {"client.py": "2"}).write()
    assert (tmp_path / "client.py").read_text(encoding="utf-8") == f"{LINE}2"


def test_nothing_is_touched_when_not_everything_can_be_written(tmp_path: Path) -> None:
    output(tmp_path / "out", {"a.py": "1", "b.py": "1"}).write()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        output(tmp_path / "out", {"a.py": "2"}, {tmp_path / "file" / "api.md": "A"}).write()
    assert (tmp_path / "out" / "a.py").read_text(encoding="utf-8") == f"{LINE}1"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.py", "b.py", "manifest.json"]
