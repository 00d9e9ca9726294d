import asyncio
import sys

import pytest
import trio

from commerce_sdk.transports._loops import PerLoop


class Kept:
    """Something that belongs to a loop, and notes when it is closed."""

    made: list["Kept"]

    def __init__(self) -> None:
        self.closed = False

    async def aclose(self) -> None:
        self.closed = True


def per_loop() -> tuple[PerLoop[Kept], list[Kept]]:
    made: list[Kept] = []

    def make() -> Kept:
        made.append(Kept())
        return made[-1]

    return PerLoop(make, Kept.aclose), made


async def twice(loops: PerLoop[Kept]) -> None:
    assert await loops.here() is await loops.here()


@pytest.mark.parametrize("run", [lambda work: asyncio.run(work()), trio.run], ids=["asyncio", "trio"])
def test_each_loop_has_one_which_is_closed_with_it(run: object) -> None:
    loops, made = per_loop()
    assert callable(run)
    for _ in range(2):
        run(lambda: twice(loops))
    assert [kept.closed for kept in made] == [True, True]


def test_ending_it_closes_it_and_the_next_is_new() -> None:
    loops, made = per_loop()

    async def main() -> None:
        await loops.end()
        first = await loops.here()
        await loops.end()
        assert first.closed
        assert await loops.here() is not first

    asyncio.run(main())
    assert len(made) == 2


def test_a_loop_that_was_closed_without_farewell_is_forgotten() -> None:
    loops, made = per_loop()
    rude = asyncio.new_event_loop()
    rude.run_until_complete(twice(loops))
    rude.close()
    asyncio.run(twice(loops))
    assert [kept.closed for kept in made] == [False, True]
    assert not loops._kept  # noqa: SLF001 - a leak shows nowhere else


def test_without_a_loop_there_is_nothing_to_belong_to(monkeypatch: pytest.MonkeyPatch) -> None:
    loops, made = per_loop()
    monkeypatch.delitem(sys.modules, "trio")
    with pytest.raises(RuntimeError, match="no running event loop"):
        loops.here().send(None)
    assert not made
