"""How workers of pytest-xdist divide the tests between them: by file, and the longest first."""

from pathlib import PurePath
from typing import Final

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it ships no types

# A worker that begins with one of these at the very end keeps all others waiting.
LONGEST: Final = ("test_documentation.py", "test_storefront.py", "test_packaging.py")
# Each test of these takes seconds, and none shares anything with another.
_APART: Final = frozenset({"test_documentation.py"})
# These need RabbitMQ, which takes seconds to start: one worker has them all.
_RABBITMQ: Final = ("/test_rabbitmq", "/sdk/events/test_page.py")


class ByFile(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Gives a worker a file at a time, in the order of the run, so that what its tests share is made once."""

    def schedule(self) -> None:
        """Divide the tests, without putting the files with the most of them first."""
        self.config.option.loadscopereorder = False
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        file: str = nodeid.partition("::")[0]
        if PurePath(file).name in _APART:
            return nodeid
        return "rabbitmq" if any(each in file for each in _RABBITMQ) else file
