import pytest

from commerce_mock.following import Cursor, Waiting, chosen
from commerce_mock.services.admin.selecting import Events, Mails
from commerce_mock.store.sequences import SIZE
from commerce_mock.wire import Response
from harness.platform import Platform

ALL = Events()


def users(platform: Platform, count: int) -> None:
    for number in range(count):
        platform.register(f"user{number}x{platform.world.journal.total}")


def test_of_a_log_that_is_wanted_whole_nothing_is_looked_at() -> None:
    platform = Platform()
    users(platform, 3)
    store = platform.world.store.begin()
    assert chosen(store, ALL) == range(3)
    assert chosen(store, ALL, 2) == range(2, 3)
    assert chosen(store, ALL, 5) == range(3, 3)
    assert chosen(store, Mails(), 1, 2) == range(1, 2)


@pytest.mark.parametrize("after", [0, 1, SIZE, SIZE * 2, SIZE * 2 + 9])
def test_entries_are_chosen_the_same_whether_they_are_passed_over_or_looked_up(after: int) -> None:
    platform = Platform(judged=False)
    users(platform, SIZE * 2 + 10)
    platform.order(platform.register())
    store = platform.world.store.begin()
    everyone = [number for number in range(SIZE * 2 + 11) if number >= after]
    assert chosen(store, Events(type="user_created"), after) == everyone
    assert chosen(store, Events(type="order_created"), after) == [SIZE * 2 + 11]


def test_a_cursor_sees_that_the_world_was_taken_back_and_where_from() -> None:
    platform = Platform(judged=False)
    users(platform, 40)
    platform.post("admin", "/__admin/snapshots", {"name": "then"})
    users(platform, 60)
    cursor = Cursor(platform.world, ALL, 100)
    assert cursor.look()[1] is False
    platform.post("admin", "/__admin/snapshots/then/restore")
    assert (cursor.look()[1], cursor.position) == (True, 40)
    assert cursor.look()[1] is False


def test_a_world_that_grew_again_after_it_was_taken_back_is_another_one() -> None:
    platform = Platform(judged=False)
    users(platform, 10)
    platform.post("admin", "/__admin/snapshots", {"name": "then"})
    users(platform, 5)
    cursor = Cursor(platform.world, ALL, 15)
    platform.post("admin", "/__admin/snapshots/then/restore")
    users(platform, 30)
    assert (cursor.look()[1], cursor.position) == (True, 10)


def test_what_a_cursor_has_not_come_to_may_be_taken_back_without_its_notice() -> None:
    platform = Platform(judged=False)
    users(platform, 10)
    platform.post("admin", "/__admin/snapshots", {"name": "then"})
    cursor, beginner = Cursor(platform.world, ALL, 10), Cursor(platform.world, ALL, 0)
    users(platform, 5)
    platform.post("admin", "/__admin/snapshots/then/restore")
    assert (cursor.look()[1], cursor.position) == (False, 10)
    platform.post("admin", "/__admin/reset")
    assert (beginner.look()[1], beginner.position) == (False, 0)
    assert (cursor.look()[1], cursor.position) == (True, 0)


def waiting(platform: Platform, wanted: int, after: int = 0) -> Waiting:
    store = platform.world.store.begin()
    found = len(chosen(store, ALL, after))
    cursor = Cursor(platform.world, ALL, store.count(ALL.log))
    return Waiting(cursor, lambda: b"later", seconds=1, wanted=wanted, found=found, after=after)


def test_waiting_is_over_once_there_is_enough() -> None:
    platform = Platform()
    users(platform, 1)
    waits = waiting(platform, 3)
    assert waits.is_over() is False
    users(platform, 1)
    assert [waits.is_over(), waits.is_over()] == [False, False]
    users(platform, 1)
    assert waits.is_over() is True


def test_what_was_taken_back_counts_no_more() -> None:
    platform = Platform()
    users(platform, 2)
    waits = waiting(platform, 3)
    platform.post("admin", "/__admin/reset")
    users(platform, 2)
    assert waits.is_over() is False
    users(platform, 1)
    assert waits.is_over() is True


def test_an_answer_that_came_later_says_how_long_it_is() -> None:
    platform = Platform()
    waits = waiting(platform, 1)
    response = Response(200, [(b"x", b"y"), (b"content-length", b"1")], b"1", waits)
    waits.finish(response)
    assert response.body == b"later"
    assert dict(response.headers) == {b"x": b"y", b"content-length": b"5"}
    assert response.delivery is None
