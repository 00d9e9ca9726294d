"""Known failures: what is accepted, what is new, what is mended."""

from pathlib import Path

import pytest

from commerce_conformance.baseline import BaselineError, compare, read, written
from commerce_conformance.law import Failure, Finding, Verdict
from commerce_conformance.runner import Run
from commerce_contract import Location

PLACE = Location("openapi/a.yaml", "", 1)


def finding(*messages: str, verdict: Verdict = Verdict.FAILED) -> Finding:
    return Finding("auth", "a.get", verdict, tuple(Failure(message, PLACE, "x", "y") for message in messages))


def run(*findings: Finding) -> Run:
    return Run(findings, (), 0, 0.0)


def known(tmp_path: Path, *findings: Finding) -> Path:
    path = tmp_path / "known.json"
    path.write_text(written(findings))
    return path


def test_what_is_written_is_accepted_as_it_was(tmp_path: Path) -> None:
    path = known(tmp_path, finding("b", "a", "a"), finding(verdict=Verdict.PASSED))
    assert read(path) == {"auth[a.get]": frozenset({"a", "b"})}
    compared = compare(run(finding("b", "a", "a")), read(path))
    assert (compared.known, compared.mended, compared.conforms) == (3, (), True)
    assert compared.run.findings[0].verdict is Verdict.KNOWN
    assert compared.run.findings[0].failures == ()


def test_what_is_new_fails(tmp_path: Path) -> None:
    compared = compare(run(finding("a", "c")), read(known(tmp_path, finding("a"))))
    assert [failure.message for failure in compared.run.findings[0].failures] == ["c"]
    assert (compared.known, compared.conforms, compared.run.findings[0].verdict) == (1, False, Verdict.FAILED)


def test_what_is_mended_fails_for_as_long_as_it_is_listed(tmp_path: Path) -> None:
    accepted = read(known(tmp_path, finding("a", "b")))
    assert compare(run(finding("a")), accepted).mended == ("auth[a.get]: b",)
    assert compare(run(finding(verdict=Verdict.PASSED)), accepted).conforms is False


@pytest.mark.parametrize("verdict", [Verdict.UNREACHABLE, Verdict.BROKEN])
def test_what_was_not_judged_is_not_mended(tmp_path: Path, verdict: Verdict) -> None:
    assert compare(run(finding(verdict=verdict)), read(known(tmp_path, finding("a")))).mended == ()
    assert compare(run(), read(known(tmp_path, finding("a")))).conforms


def test_an_unknown_failure_of_a_run_without_a_baseline_stays() -> None:
    assert compare(run(finding("a")), {}).conforms is False


@pytest.mark.parametrize("content", ["[]", "{}", "no json", '{"failures": [1]}', '{"failures": {"a": 3}}', "\\"])
def test_what_is_no_baseline_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(content)
    with pytest.raises(BaselineError, match="is no baseline: write one with --write-baseline"):
        read(path)


def test_a_baseline_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"cannot be read .*--write-baseline"):
        read(tmp_path / "none.json")
