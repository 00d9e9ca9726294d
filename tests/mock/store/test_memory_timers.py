"""Timers of the store in memory."""

from commerce_mock.store.memory import MemoryStore


def test_timers_come_in_the_order_of_their_time_and_then_of_their_setting() -> None:
    store = MemoryStore()
    tx = store.begin()
    for due, name in ((20, "late"), (10, "first"), (10, "second"), (15, "middle")):
        tx.schedule(due, name, "x")
    tx.commit()
    tx = store.begin()
    assert tx.next_timer() == (10, 2, "first", "x")
    assert [tx.take_timer()[2] for _ in range(4)] == ["first", "second", "middle", "late"]
    assert tx.next_timer() is None
    assert store.begin().next_timer() is not None
    tx.commit()
    assert store.begin().next_timer() is None


def test_a_timer_is_called_off_by_its_name_and_what_it_is_about() -> None:
    store = MemoryStore()
    with_timers = store.begin()
    for subject in ("pay-1", "pay-2"):
        with_timers.schedule(1, "outcome", f'["{subject}", "req-1", null]')
    with_timers.commit()
    kept = store.state
    tx = store.begin()
    tx.unschedule("outcome", set())
    tx.commit()
    assert store.state is kept
    tx.unschedule("outcome", {"pay-1", "pay-9"})
    tx.commit()
    assert [timer[3] for timer in store.begin().timers()] == ['["pay-2", "req-1", null]']
