"""Bundles of failed tests: written where they are wanted, and replayed."""

import sys
from pathlib import Path

import orjson
import pytest

from commerce_testing.replay import replay
from commerce_testing.stage import Setting, Stage

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "commerce_testing.plugin", "-p", "no:cacheprovider")
SHOP = """
import pytest

def buy(commerce):
    user = commerce.users.create(
        email="ann@example.com", username="ann", password="canary-pass-9", first_name="Ann", last_name="Lee"
    )
    return commerce.orders.create(user_id=user.id, items=[{"product_id": "p", "quantity": 2, "price": "29.99"}])

def test_fails(commerce, commerce_mock):
    order = buy(commerce)
    commerce_mock.clock.advance("1h")
    commerce_mock.fail("orders.get", 503, times=1)
    commerce_mock.force_auth("expired", "orders.cancel", times=1)
    with pytest.raises(Exception):
        commerce.orders.cancel(order.id)
    assert commerce.orders.get(order.id).status == "shipped"

@pytest.mark.parametrize("name", ["with/slash and space"])
def test_fails_too(commerce, name):
    assert buy(commerce).status == name

@pytest.fixture
def broken(commerce):
    buy(commerce)
    raise ValueError

def test_cannot_begin(broken):
    pass

def test_passes(commerce):
    buy(commerce)

def test_is_skipped(commerce):
    pytest.skip("not today")

def test_needs_nothing():
    assert False
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in [name for name in sys.modules if name.partition(".")[0] == "commerce_testing"]:
        monkeypatch.delitem(sys.modules, name)
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    pytester.makepyfile(test_shop=SHOP)
    return pytester


def _bundles(project: pytest.Pytester) -> list[str]:
    return sorted(path.name for path in Path(project.path, "bundles").glob("*"))


def test_a_bundle_is_written_for_each_failed_test_and_no_other(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess(*PLUGIN, "--commerce-bundles", "bundles")
    result.assert_outcomes(passed=1, failed=3, errors=1, skipped=1)
    assert _bundles(project) == [
        "test_shop.py-test_cannot_begin.json",
        "test_shop.py-test_fails.json",
        "test_shop.py-test_fails_too-with-slash-and-space.json",
    ]
    result.stdout.fnmatch_lines(["*commerce bundle*", "commerce-mock replay *test_shop.py-test_fails.json"])
    for path in Path(project.path, "bundles").iterdir():
        content = path.read_bytes()
        assert b"canary" not in content
        outcome = replay(path)
        assert outcome.requests == len(orjson.loads(content)["requests"]) >= 2


def test_without_the_option_nothing_is_written_or_recorded(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_shop="""
def test_it(commerce, commerce_mock):
    assert commerce_mock.engine.world.recording is None
    assert False, "on purpose"
"""
    )
    result = project.runpytest_inprocess(*PLUGIN)
    result.stdout.fnmatch_lines(["*on purpose*"])
    result.stdout.no_fnmatch_line("*commerce bundle*")
    assert list(Path(project.path).glob("**/*.json")) == []


def test_a_bundle_that_cannot_be_written_does_not_hide_the_failure(project: pytest.Pytester) -> None:
    Path(project.path, "bundles").write_text("a file is in the way")
    result = project.runpytest_inprocess(*PLUGIN, "--commerce-bundles", "bundles", "-k", "test_fails_too")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError*", "not written: *"])


def test_a_test_records_by_itself(tmp_path: Path) -> None:
    from commerce_testing.mock import CommerceMock  # noqa: PLC0415 - other tests here import it anew

    mock = CommerceMock(Stage().lay(Setting()))
    with pytest.raises(RuntimeError, match=r"call start\(\) first"):
        mock.recorder.stop()
    mock.recorder.start()
    with mock.client() as client:
        client.users.create(email="a@example.com", username="ann", password="canary-1", first_name="A", last_name="L")
    path = mock.recorder.write(tmp_path / "deep" / "bundle.json")
    assert replay(path).identical
    assert replay(orjson.loads(path.read_bytes()), mock.engine.contract).requests == 1


def test_what_differs_fails_a_test_with_its_place(tmp_path: Path) -> None:
    from commerce_testing.mock import CommerceMock  # noqa: PLC0415 - other tests here import it anew

    mock = CommerceMock(Stage().lay(Setting()))
    mock.recorder.start()
    with mock.client() as client:
        client.users.create(email="a@example.com", username="ann", password="canary-1", first_name="A", last_name="L")
    bundle = mock.recorder.stop()
    bundle["requests"][0]["answer"]["status"] = 200
    with pytest.raises(AssertionError, match=r"request 1, POST /api/users, /answer/status: expected 200, got 201"):
        replay(bundle)
    assert not list(tmp_path.iterdir())
