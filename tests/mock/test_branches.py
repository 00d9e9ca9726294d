"""Which branch of a world's history an event is of."""

from commerce_mock.branches import branch, endings, new_branch
from commerce_mock.snapshots import Moment
from harness.platform import Platform


class Broker:
    """An outbox that is only there."""

    def append(self, world: str, event: object) -> None:
        """Forget it."""


def branches(platform: Platform) -> list[tuple[int, int]]:
    return endings(platform.world.store.state)


def test_a_world_without_brokers_notes_no_branches() -> None:
    platform = Platform()
    platform.send("admin", "POST", "/__admin/reset")
    assert branches(platform) == []


def test_each_return_begins_a_branch_behind_what_stays() -> None:
    platform = Platform()
    platform.world.outbox = Broker()
    platform.register()
    moment = Moment.of(platform.world)
    moment.restore(platform.world)
    ((start, first),) = branches(platform)
    platform.register("bob")
    Moment.of(platform.world).restore(platform.world)
    assert start == 1
    assert [each[0] for each in branches(platform)] == [2, 1]
    assert branches(platform)[1] == (1, first)
    moment.restore(platform.world)
    ((start, other),) = branches(platform)
    assert (start, other != first) == (1, True)


def test_a_branch_takes_the_place_of_one_on_which_nothing_happened() -> None:
    platform = Platform()
    platform.world.outbox = Broker()
    branch(platform.world)
    branch(platform.world)
    assert [start for start, _ in branches(platform)] == [0]


def test_no_number_is_given_twice() -> None:
    assert len({new_branch() for _ in range(100)}) == 100
    assert Platform().world.birth != Platform().world.birth
