"""What the whole suite shares: a node of RabbitMQ, which takes seconds to start, and how it saves time otherwise."""

import sys
import threading
from collections.abc import Generator, Iterator
from typing import Any, Final

import pytest

from harness.brokers import Rabbit, rabbitmq
from harness.dividing import LONGEST, ByFile

# To trace these takes longer than to run them. They test what is not measured, or run all of the suite time and again;
# what they run of ours has tests of its own.
_NOT_MEASURED: Final = frozenset({"benchmarks", "reference_services", "test_mutants.py", "test_reference_services.py"})


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "untraced: what the test runs does not count for coverage")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: item.path.name not in LONGEST)
    for item in items:
        if not _NOT_MEASURED.isdisjoint(item.path.parts):
            item.add_marker(pytest.mark.untraced)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """Divide the tests by file, where nobody asks for something else."""
    return ByFile(config, log) if config.option.dist in {"load", "loadgroup"} else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Let a test run without the tracing that takes half of the time. pytest-cov's `no_cover` fails to with workers."""
    if item.get_closest_marker("untraced") is None:
        return (yield)
    tracing, of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracing)
        threading.settrace(of_threads)


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as node:
        yield node
