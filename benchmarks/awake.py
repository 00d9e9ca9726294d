"""Cores that stay awake while something is measured.

On a virtual machine, to wake a sleeping core costs the one that wakes it: an exit to the hypervisor for every answer
that the load generator slept through, and cold caches after it. The slower side then pays twice, for its own work and
for letting the load sleep. Where Linux lets an idle core poll before it sleeps (haltpoll), it does so during a run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SETTING = Path("/sys/module/haltpoll/parameters/guest_halt_poll_ns")
_POLL = "200000"  # nanoseconds; longer than any gap between two requests under load


@contextmanager
def awake(setting: Path = _SETTING) -> Iterator[bool]:
    """Let idle cores poll, and afterwards sleep as before; whether they do, which takes root on such a machine."""
    try:
        before = setting.read_text()
        setting.write_text(_POLL)
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        setting.write_text(before)
