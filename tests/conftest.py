"""What the whole suite shares: a node of RabbitMQ, which takes seconds to start, and how it saves time otherwise."""

from collections.abc import Iterator
from typing import Final

import pytest

from harness.brokers import Rabbit, rabbitmq

# To trace these takes longer than to run them. They test what is not measured, or run all of the suite time and again;
# what they run of ours has tests of its own.
_NOT_MEASURED: Final = frozenset({"benchmarks", "reference_services", "test_mutants.py", "test_reference_services.py"})
# A worker that begins with one of these at the very end keeps all others waiting.
_LONGEST: Final = ("test_documentation.py", "test_storefront.py", "test_packaging.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; let one worker have all that needs RabbitMQ (with `--dist loadgroup`)."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)
    for item in items:
        if "rabbit" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("rabbitmq"))
        if not _NOT_MEASURED.isdisjoint(item.path.parts):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as node:
        yield node
