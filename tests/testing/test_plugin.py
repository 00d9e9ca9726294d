"""The plugin as its users see it: a project of theirs, run by pytest."""

import sys

import pytest

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "commerce_testing.plugin", "-p", "no:cacheprovider")
SHOP = """
ANN = {
    "email": "ann@example.com",
    "username": "ann",
    "password": "correct-horse-9",
    "first_name": "Ann",
    "last_name": "Lee",
}
ITEMS = [{"product_id": "prod-1", "quantity": 2, "price": "29.99"}]
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project in which no plugin is but ours and those that a run names; nothing of ours is imported yet."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in [name for name in sys.modules if name.partition(".")[0] == "commerce_testing"]:
        monkeypatch.delitem(sys.modules, name)
    pytester.makeini("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    pytester.makepyfile(shop=SHOP)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess(*PLUGIN, *arguments)


def test_a_test_gets_a_client_and_a_world_of_its_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
from commerce_sdk import errors
import pytest
from shop import ANN, ITEMS

@pytest.mark.parametrize("turn", [1, 2])
def test_checkout(commerce, commerce_mock, commerce_as, turn):
    assert commerce_mock.state["users"] == {}
    user = commerce.users.create(**ANN)
    mine = commerce_as(user.id)
    order = mine.orders.create(user_id=user.id, items=ITEMS)
    payment = mine.payments.create(
        order_id=order.id, user_id=user.id, amount=order.total_amount, currency="USD", payment_method={"type": "paypal"}
    )
    assert mine.payments.wait(payment.id).status == "completed"
    assert mine.orders.get(order.id).status == "confirmed"
    with pytest.raises(errors.ForbiddenError):
        commerce_as("00000000-0000-4000-8000-000000000009").orders.get(order.id)
"""
    )
    run(project).assert_outcomes(passed=2)


def test_a_scenario_seed_and_time_are_asked_for_by_a_marker_and_the_nearest_counts(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
import pytest
from shop import ANN

pytestmark = pytest.mark.commerce(scenario="demo", seed=1)

def test_module(commerce_mock):
    assert "order-123" in commerce_mock.state["orders"]
    assert commerce_mock.clock.now.year == 2023

@pytest.mark.commerce(scenario="empty", now="2030-05-01T12:00:00+02:00")
class TestClass:
    def test_class(self, commerce_mock):
        assert commerce_mock.state["orders"] == {}
        assert commerce_mock.clock.now.isoformat() == "2030-05-01T10:00:00+00:00"

    ids = set()

    @pytest.mark.parametrize("turn", [1, 2])
    def test_seed(self, commerce, turn):
        self.ids.add(commerce.users.create(**ANN).id)
        assert len(self.ids) == 1

    @pytest.mark.commerce(seed=2)
    def test_other_seed(self, commerce):
        assert commerce.users.create(**ANN).id not in self.ids
"""
    )
    run(project).assert_outcomes(passed=5)


def test_a_project_names_its_scenario_and_its_contract(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\ncommerce_scenario = begin.yaml\ncommerce_contract = documents\n")
    project.makefile(".yaml", begin="todos:\n  - {id: todo-1, title: Buy milk}\n")
    (project.path / "documents").mkdir()
    (project.path / "documents" / "todos.yaml").write_text(DOCUMENT)
    project.makepyfile(
        test_it="""
def test_it(commerce_mock):
    assert commerce_mock.state["todos"] == {"todo-1": {"id": "todo-1", "title": "Buy milk"}}
"""
    )
    run(project, "--rootdir", str(project.path)).assert_outcomes(passed=1)


DOCUMENT = """
openapi: 3.1.0
info: {title: Todos, version: 1.0.0}
paths:
  /todos/{id}:
    get:
      operationId: todos.get
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Todo'}}}}
components:
  schemas:
    Todo:
      type: object
      required: [id, title]
      properties: {id: {type: string}, title: {type: string}}
"""


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("'demo'", "test_it.py::test_it: the marker commerce takes keywords only: scenario, seed, now"),
        ("sed=7", "test_it.py::test_it: the marker commerce has no 'sed': it takes scenario, seed, now"),
        ("seed='7'", "test_it.py::test_it: the marker commerce: seed is of type int, not str"),
        ("seed=True", "test_it.py::test_it: the marker commerce: seed is of type int, not bool"),
        ("now='today'", "test_it.py::test_it: the marker commerce: now='today' is no ISO time, such as 2026-*"),
    ],
)
def test_a_marker_that_says_nothing_stops_the_run(project: pytest.Pytester, marker: str, said: str) -> None:
    project.makepyfile(test_it=f"import pytest\n\n@pytest.mark.commerce({marker})\ndef test_it(): pass\n")
    result = run(project)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: " + said.replace("[", "[[]")])


def test_a_contract_that_is_not_there_stops_the_run(project: pytest.Pytester) -> None:
    project.makepyfile(test_it="def test_it(): pass")
    result = run(project, "-o", "commerce_contract=nowhere")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: commerce_contract = nowhere: there is no *nowhere; name a directory *"])


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("dmo", "there is no scenario 'dmo': name one of demo, empty, or a YAML file"),
        ("begin.yaml", "*begin.yaml:1 #/parcels: the contract stores no parcels*"),
    ],
)
def test_a_scenario_that_does_not_fit_fails_the_test_without_a_traceback(
    project: pytest.Pytester, scenario: str, said: str
) -> None:
    project.makefile(".yaml", begin="parcels: []\n")
    project.makepyfile(test_it="def test_it(commerce_mock): pass")
    result = run(project, "-o", f"commerce_scenario={scenario}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("*plugin.py*")
    result.stdout.no_fnmatch_line("During handling*")


def test_a_contract_with_faults_fails_the_test_with_all_of_them(project: pytest.Pytester) -> None:
    project.makefile(".yaml", broken="openapi: 3.1.0\ninfo: {title: Broken, version: '1'}\npaths: []\n")
    project.makepyfile(test_it="def test_it(commerce): pass")
    result = run(project, "-o", "commerce_contract=broken.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["commerce_contract: *broken.yaml:3*"])


def test_without_the_mock_a_fixture_says_what_to_install_and_other_tests_run(project: pytest.Pytester) -> None:
    project.makeconftest("import sys\nsys.modules['yaml'] = None\n")
    project.makepyfile(test_it="def test_other(): pass\n\ndef test_it(commerce): pass\n")
    result = project.runpytest_subprocess(*PLUGIN)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["this fixture needs yaml, which is not installed: pip install 'commerce-sdk[[]mock]'"])
    result.stdout.no_fnmatch_line("*requirements.py*")


def test_without_respx_its_fixture_says_what_to_install(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.makepyfile(test_it="def test_it(commerce_respx): pass\n")
    monkeypatch.setitem(sys.modules, "respx", None)
    result = run(project)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["this fixture needs respx, which is not installed: pip install 'respx'"])


def test_real_ports_and_canned_answers(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
import httpx
import pytest
from shop import ANN

@pytest.mark.parametrize("turn", [1, 2])
def test_server(commerce_server, commerce_mock, turn):
    assert commerce_mock.state["users"] == {}
    user = commerce_server.client().users.create(**ANN)
    assert user.id in commerce_mock.state["users"]

def test_respx(commerce_respx):
    assert httpx.get("http://localhost:3001/api/orders/order-1").json()["id"] == "order-123"
    assert commerce_respx["orders.get"].call_count == 1
"""
    )
    run(project).assert_outcomes(passed=3)


def test_an_async_client_is_for_whichever_loop_runs_the_test(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
import asyncio
import pytest
import trio
from shop import ANN

@pytest.mark.anyio
async def test_under_anyio(async_commerce, anyio_backend):
    assert (await async_commerce.users.create(**ANN)).username == "ann"

@pytest.mark.parametrize("run", [asyncio.run, trio.run])
def test_under_any_runner(async_commerce, commerce_mock, run):
    async def register():
        return await async_commerce.users.create(**ANN)
    run(register) if run is trio.run else run(register())
    assert len(commerce_mock.state["users"]) == 1
"""
    )
    run(project, "-p", "anyio.pytest_plugin").assert_outcomes(passed=4)


def test_workers_of_xdist_have_their_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it="""
import pytest
from shop import ANN

@pytest.mark.parametrize("turn", range(6))
def test_worker(commerce_mock, commerce_server, turn):
    assert commerce_mock.state["users"] == {}
    commerce_server.client().users.create(**ANN)
"""
    )
    run(project, "-p", "xdist.plugin", "-n", "2").assert_outcomes(passed=6)


def test_a_marker_that_says_nothing_fails_the_test_in_a_worker(project: pytest.Pytester) -> None:
    project.makepyfile(test_it="import pytest\n\n@pytest.mark.commerce(sed=7)\ndef test_it(commerce): pass\n")
    result = run(project, "-p", "xdist.plugin", "-n", "1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["test_it.py::test_it: the marker commerce has no 'sed': it takes *"])


def test_a_project_that_uses_none_of_it_is_left_alone(project: pytest.Pytester) -> None:
    heavy = ("commerce_sdk", "commerce_mock", "commerce_contract", "httpx", "pydantic")
    project.makepyfile(
        test_it=f"""
import sys

def test_it():
    assert [name for name in {heavy} if name in sys.modules] == []
"""
    )
    project.runpytest_subprocess(*PLUGIN).assert_outcomes(passed=1)
    result = run(project, "--fixtures", "-q")
    for name in ("commerce", "async_commerce", "commerce_as", "commerce_mock", "commerce_server", "commerce_respx"):
        result.stdout.fnmatch_lines([f"{name} --*"])
    result = run(project, "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.commerce(scenario, seed, now): *"])
