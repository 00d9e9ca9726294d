import gc

from commerce_sdk.transports import _forks


class Inherits:
    """Counts how often it was told to start anew."""

    def __init__(self) -> None:
        self.told = 0

    def after_fork(self) -> None:
        self.told += 1


def test_what_lives_at_a_fork_starts_anew_and_nothing_is_kept_alive_for_it() -> None:
    kept, dropped = Inherits(), Inherits()
    for each in (kept, dropped):
        _forks.renew_after_fork(each)
    before = len(_forks._inheritances)  # noqa: SLF001 - a leak shows nowhere else
    del dropped, each
    gc.collect()
    assert len(_forks._inheritances) < before  # noqa: SLF001 - the same
    _forks._renew()  # noqa: SLF001 - what the child runs first
    assert kept.told == 1
