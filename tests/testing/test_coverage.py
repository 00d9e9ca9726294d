"""The plugin's coverage: summed over the tests of a run, also of one that xdist divides."""

import re
import sys

import pytest

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "commerce_testing.plugin", "-p", "no:cacheprovider")
TESTS = """
import pytest

ANN = {
    "email": "ann@example.com",
    "username": "ann",
    "password": "correct-horse-9",
    "first_name": "Ann",
    "last_name": "Lee",
}

@pytest.mark.parametrize("turn", range(3))
def test_register(commerce, turn):
    user = commerce.users.create(**ANN)
    if turn:
        commerce.users.get(user.id)

def test_worlds(commerce_mock):
    from commerce_mock.wire import Request

    for world in (b"w1", b"w2"):
        commerce_mock.engine.answer(Request("GET", "/health", headers={b"x-mock-world": world}, service="orders"))

def test_nothing():
    pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a few tests, in which no plugin is but ours and those that a run names."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in [name for name in sys.modules if name.partition(".")[0] == "commerce_testing"]:
        monkeypatch.delitem(sys.modules, name)
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    pytester.makepyfile(test_it=TESTS)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess(*PLUGIN, *arguments)


def shares(result: pytest.RunResult) -> dict[str, int]:
    """How many things of each kind were exercised."""
    found = (re.match(r"(\w+) +(\d+) of \d+ +[█░]+", line) for line in result.outlines)
    return {row[1]: int(row[2]) for row in found if row}


WHOLE = {"operation": 3, "response": 3, "problem": 0, "transition": 0, "event": 1, "all": 7}


def test_a_run_says_nothing_unless_it_is_asked(project: pytest.Pytester) -> None:
    result = run(project)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*contract coverage*")


def test_a_run_tells_what_all_its_tests_have_exercised(project: pytest.Pytester) -> None:
    result = run(project, "--commerce-coverage")
    assert (result.ret, shares(result)) == (0, WHOLE)
    result.stdout.no_fnmatch_line("Not exercised")


def test_in_detail_it_tells_what_is_missing(project: pytest.Pytester) -> None:
    result = run(project, "--commerce-coverage", "-v")
    result.stdout.fnmatch_lines(["Not exercised", "*orders.create*openapi/orders.yaml:*"])


def test_a_run_that_xdist_divides_is_summed(project: pytest.Pytester) -> None:
    result = run(project, "-p", "xdist", "-n", "2", "--commerce-coverage")
    assert (result.ret, shares(result)) == (0, WHOLE)


@pytest.mark.parametrize(("least", "code"), [("0.5", 0), ("99.9", 1)])
def test_a_run_that_exercised_too_little_fails(project: pytest.Pytester, least: str, code: int) -> None:
    project.makeini(f"[pytest]\ncommerce_coverage = {least}\n")
    result = run(project)
    assert result.ret == code
    result.assert_outcomes(passed=5)
    if code:
        result.stdout.fnmatch_lines([f"*were exercised, fewer than {least} %"])


def test_the_flag_goes_before_the_project_s_own_option(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\ncommerce_coverage = 99\n")
    assert run(project, "--commerce-coverage=0").ret == 0


def test_a_run_without_the_mock_says_so(project: pytest.Pytester) -> None:
    result = run(project, "--commerce-coverage", "-k", "nothing")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["No test has exercised the mock*"])


@pytest.mark.parametrize("given", ["101", "-1", "much"])
def test_what_is_no_percentage_is_refused(project: pytest.Pytester, given: str) -> None:
    result = run(project, f"--commerce-coverage={given}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*give a number from 0 to 100*"])
