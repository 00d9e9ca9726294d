"""The marker `commerce_schedules` as its users see it: a project of theirs, run by pytest."""

import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "commerce_testing.plugin", "-p", "no:cacheprovider")
SHOP = """
import pytest

ANN = {"email": "a@example.com", "username": "ann", "password": "correct-horse-9", "first_name": "A", "last_name": "L"}


@pytest.fixture
def order(commerce, commerce_mock):
    commerce_mock.payment_delay = "immediate"
    return buy(commerce)


def buy(commerce):
    user = commerce.users.create(**ANN)
    order = commerce.orders.create(user_id=user.id, items=[{"product_id": "prod-1", "quantity": 1, "price": "5.00"}])
    commerce.payments.create(
        order_id=order.id, user_id=user.id, amount="5.00", currency="USD", payment_method={"type": "paypal"}
    )
    return order
"""
LATE = """
import pytest
from conftest import *

@pytest.mark.commerce_schedules
def test_late(commerce, order):
    assert commerce.orders.get(order.id).status == "confirmed"
"""
NO_CACHE = ("-p", "no:cacheprovider")


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in [name for name in sys.modules if name.partition(".")[0] in {"commerce_testing", "conftest"}]:
        monkeypatch.delitem(sys.modules, name)
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    pytester.makeconftest(SHOP)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess(*PLUGIN, *arguments)


def test_a_test_that_passes_under_all_schedules_is_reported_once(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
import pytest
from conftest import *

BEGUN, SHARED = [], []

@pytest.fixture(scope="module")
def shared():
    SHARED.append("begins")
    yield
    SHARED.append("ends")

@pytest.fixture
def fresh():
    BEGUN.append(1)

@pytest.mark.commerce_schedules(bound=9)
def test_it(commerce, order, fresh, shared):
    assert commerce.orders.get(order.id).status in {"pending", "confirmed"}

def test_each_run_had_fixtures_of_its_own(shared):
    assert len(BEGUN) == 9
    assert SHARED == ["begins"]
"""
    )
    result = run(project, "-v", "-rP")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*test_it PASSED under 9 schedules, and there are more*"])


def test_a_failure_is_told_with_the_shortest_schedule_and_replayed(project: pytest.Pytester) -> None:
    project.makepyfile(test_late=LATE)
    failed = run(project)
    failed.assert_outcomes(failed=1)
    command = "replay it: pytest --commerce-schedule schedule-test_late.py-test_late.json 'test_late.py::test_late'"
    failed.stdout.fnmatch_lines(["*payment_completed (event-3) comes to orders, 1 request late", command])
    again = run(project, "--commerce-schedule", "schedule-test_late.py-test_late.json", "test_late.py::test_late")
    again.assert_outcomes(failed=1)
    again.stdout.fnmatch_lines(["*4. GET /api/orders/order-1"])


def test_the_world_on_real_ports_has_the_schedule_too(project: pytest.Pytester) -> None:
    project.makepyfile(
        LATE.replace("commerce, order", "commerce_server, order, commerce").replace(
            "commerce.or", "commerce_server.client().or"
        )
    )
    run(project).assert_outcomes(failed=1)


def test_what_fails_without_any_deviation_says_so(project: pytest.Pytester) -> None:
    project.makepyfile(LATE.replace('"confirmed"', '"lost"'))
    failed = run(project)
    failed.stdout.fnmatch_lines(["fails already where all deliveries come at once"])
    assert list(Path(project.path).glob("schedule-*")) == []


def test_a_skipped_test_is_skipped(project: pytest.Pytester) -> None:
    project.makepyfile(LATE.replace("    assert", "    pytest.skip('later')\n    assert"))
    run(project).assert_outcomes(skipped=1)


def test_what_the_next_test_does_not_share_is_torn_down_and_told(project: pytest.Pytester) -> None:
    broken = "@pytest.fixture(scope='module')\ndef broken():\n    yield\n    raise OSError('it broke')\n\n"
    project.makepyfile(
        LATE.replace("@pytest.mark", f"{broken}@pytest.mark")
        .replace("(commerce, order)", "(commerce, broken)")
        .replace("    assert commerce.orders.get(order.id).status ==", "    assert 'confirmed' ==")
    )
    run(project).assert_outcomes(passed=1, errors=1)


def test_a_variable_marks_every_test_of_the_mock(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    project.makepyfile(LATE.replace("@pytest.mark.commerce_schedules\n", ""))
    run(project).assert_outcomes(passed=1)
    monkeypatch.setenv("COMMERCE_SCHEDULES", "20")
    run(project).assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("(3)", "takes keywords only"),
        ("(most=3)", "has no 'most'"),
        ("(bound=0)", "bound is a number from 1 on, not 0"),
        ("(deviations=True)", "not True"),
    ],
)
def test_a_marker_that_says_nothing_is_refused(said: str, told: str, project: pytest.Pytester) -> None:
    project.makepyfile(LATE.replace("commerce_schedules", f"commerce_schedules{said}"))
    result = run(project)
    result.stderr.fnmatch_lines([f"ERROR: *{told}*"])
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_the_marker_is_for_tests_that_use_the_mock(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\n\n@pytest.mark.commerce_schedules\ndef test_it():\n    pass\n")
    run(project).stderr.fnmatch_lines(["ERROR: *is for tests that use the fixture commerce_mock*"])


def test_a_file_that_is_no_schedule_is_refused(project: pytest.Pytester) -> None:
    run(project, "--commerce-schedule", "none.json").stderr.fnmatch_lines(["ERROR: --commerce-schedule *No such file*"])


def test_processes_of_xdist_report_it_too(project: pytest.Pytester) -> None:
    project.makepyfile(test_late=LATE)
    result = run(project, "-p", "xdist", "-n1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["replay it: pytest --commerce-schedule *"])
