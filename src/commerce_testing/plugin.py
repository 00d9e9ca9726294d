"""The pytest plugin: fixtures of the platform in process. Importing it costs nothing: all else is imported in fixtures.

Every project that has the client installed loads it, whether it uses the fixtures or not.
"""

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import pytest

from commerce_testing import coverage, options, replay, schedules
from commerce_testing.requirements import needs, refuse

if TYPE_CHECKING:
    from respx import MockRouter

    from commerce_sdk import AsyncCommerce, Commerce
    from commerce_testing.listener import Listener
    from commerce_testing.mock import CommerceMock
    from commerce_testing.server import CommerceServer
    from commerce_testing.stage import Stage


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options and ini options."""
    options.declare(parser)
    coverage.declare(parser)
    replay.declare(parser)
    schedules.declare(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and refuse a contract that is not there."""
    says = "what the mock's world begins with: scenario (name or YAML file), seed (a number), now (an ISO time)"
    config.addinivalue_line("markers", f"{options.MARKER}(scenario, seed, now): {says}")
    options.contract_directory(config)
    coverage.install(config)
    schedules.install(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse markers that say nothing, before any test runs."""
    if hasattr(config, "workerinput"):  # of xdist, which swallows what is said here: the fixture says it
        return
    for item in items:
        if item.get_closest_marker(options.MARKER) is not None:
            options.setting(item)
        schedules.limits(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test under every delivery schedule, where it is marked so."""
    return schedules.protocol(item, nextitem)


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Say under how many schedules a test has passed."""
    return schedules.status(report)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> "Generator[None, pytest.TestReport, pytest.TestReport]":
    """Write the bundle of a test that failed, where bundles are wanted."""
    report = yield
    replay.keep(item, report)
    schedules.explain(item, report)
    return report


@pytest.fixture(scope="session")
def _commerce_stage(pytestconfig: pytest.Config) -> "Stage":
    """The contract, read and compiled once a session."""
    with needs("commerce-sdk[mock]"):
        from commerce_contract import ContractError  # noqa: PLC0415 - not imported before a test needs it
        from commerce_testing.stage import Stage  # noqa: PLC0415 - the same
    try:
        return Stage(options.contract_directory(pytestconfig))
    except ContractError as error:
        refuse(f"{options.CONTRACT}: {error}")


@pytest.fixture
def commerce_mock(request: pytest.FixtureRequest, _commerce_stage: "Stage") -> "Iterator[CommerceMock]":
    """The platform in this process, a world of its own for each test: state, inbox, events, clock, faults."""
    from commerce_mock.scenario import ScenarioError  # noqa: PLC0415 - not imported before a test needs it
    from commerce_testing.mock import CommerceMock  # noqa: PLC0415 - the same
    from commerce_testing.stage import Setting  # noqa: PLC0415 - the same

    try:
        engine = _commerce_stage.lay(Setting(**options.setting(request.node)))
    except (ScenarioError, pytest.UsageError) as error:
        refuse(str(error))
    mock = CommerceMock(engine)
    with replay.recorded(request.node, mock), schedules.scheduled(request.node, mock):
        yield mock
    coverage.note(request.config, engine)
    mock.close()


@pytest.fixture
def commerce(commerce_mock: "CommerceMock") -> "Iterator[Commerce]":
    """A client of the mock, with the token of a service: it may do everything."""
    with commerce_mock.client() as client:
        yield client


@pytest.fixture
def async_commerce(commerce_mock: "CommerceMock") -> "AsyncCommerce":
    """An async client of the mock, with the token of a service; for asyncio and trio, whoever runs the loop."""
    return commerce_mock.async_client()


@pytest.fixture
def commerce_as(commerce_mock: "CommerceMock") -> "Callable[[str], Commerce]":
    """Gives a client with the token of a user: `commerce_as(user.id)`."""
    return lambda user_id: commerce_mock.client(user_id=user_id)


@pytest.fixture(scope="session")
def _commerce_listener(_commerce_stage: "Stage") -> "Iterator[Listener]":
    """One server a session, on free ports."""
    from commerce_testing.listener import Listener  # noqa: PLC0415 - not imported before a test needs it
    from commerce_testing.stage import Setting  # noqa: PLC0415 - the same

    listener = Listener(_commerce_stage.lay(Setting()))
    listener.start()
    yield listener
    listener.stop()


@pytest.fixture
def commerce_server(commerce_mock: "CommerceMock", _commerce_listener: "Listener") -> "Iterator[CommerceServer]":
    """The world of `commerce_mock` on real ports: `urls`, `environment` for other processes, `client()`."""
    from commerce_testing.server import CommerceServer  # noqa: PLC0415 - not imported before a test needs it

    with CommerceServer(_commerce_listener, commerce_mock) as server:
        yield server


@pytest.fixture
def commerce_respx(_commerce_stage: "Stage") -> "Iterator[MockRouter]":
    """A respx router that answers each operation with its documented example, whoever asks with httpx."""
    with needs("respx"):
        from commerce_testing.canned import examples  # noqa: PLC0415 - not imported before a test needs it

    with examples(_commerce_stage.contract) as router:
        yield router
