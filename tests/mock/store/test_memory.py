"""The store in memory: its verbs, one consistent state a transaction, and old states that stay as they were."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce_mock.store.memory import NOTHING, MemoryStore, MemoryTransaction, Row, State


def _row(text: str, owner: str | None = None) -> Row:
    return text.encode(), owner, None, None


def _texts(tx: MemoryTransaction, collection: str = "orders", **part: object) -> list[str]:
    return [row[0].decode() for row in tx.newest(collection, **part)]  # type: ignore[arg-type] # as the test says


def _filled(store: MemoryStore, *rows: tuple[str, str | None]) -> State:
    tx = store.begin()
    for key, owner in rows:
        tx.insert("orders", key, _row(key, owner))
    tx.commit()
    return store.state


def test_an_empty_store_has_nothing() -> None:
    tx = MemoryStore().begin()
    assert tx.get("orders", "1") is None
    assert (tx.count("orders"), tx.count("orders", "ann")) == (0, 0)
    assert list(tx.newest("orders")) == list(tx.newest("orders", "ann")) == []
    assert list(tx.oldest("events")) == list(tx.latest("events")) == []
    assert tx.recall("kind", "key") is None
    assert tx.holder("email", "a") is None
    assert tx.next_timer() is None
    with pytest.raises(IndexError):
        tx.take_timer()


def test_rows_are_listed_newest_first_of_all_and_of_each_owner() -> None:
    store = MemoryStore()
    _filled(store, ("1", "ann"), ("2", "bob"), ("3", "ann"), ("4", None))
    tx = store.begin()
    assert _texts(tx) == ["4", "3", "2", "1"]
    assert _texts(tx, owner="ann") == ["3", "1"]
    assert _texts(tx, owner="ann", skip=1) == ["1"]
    assert _texts(tx, skip=3) == ["1"]
    assert _texts(tx, skip=9) == _texts(tx, owner="cyd") == []
    assert (tx.count("orders"), tx.count("orders", "ann"), tx.count("orders", "cyd")) == (4, 2, 0)
    assert tx.count("payments") == 0


def test_a_resource_that_owns_itself_has_no_list_of_its_own() -> None:
    tx = MemoryStore().begin()
    tx.insert("users", "ann", _row("ann", "ann"))
    assert tx.count("users", "ann") == 0
    assert _texts(tx, "users") == ["ann"]


def test_a_replaced_row_keeps_its_place() -> None:
    store = MemoryStore()
    _filled(store, ("1", "ann"), ("2", "ann"))
    tx = store.begin()
    tx.replace("orders", "1", _row("1 changed", "ann"))
    assert _texts(tx) == _texts(tx, owner="ann") == ["2", "1 changed"]
    assert tx.count("orders") == 2


def test_a_transaction_sees_its_own_writes_and_others_see_them_after_the_commit() -> None:
    store = MemoryStore()
    writing, reading = store.begin(), store.begin()
    writing.insert("orders", "1", _row("1", "ann"))
    writing.remember("kind", "key", 7)
    writing.append("events", b"e")
    assert writing.get("orders", "1") == _row("1", "ann")
    assert (writing.recall("kind", "key"), writing.count("events")) == (7, 1)
    writing.commit()
    for blind in (reading,):
        assert blind.get("orders", "1") is None
        assert (blind.recall("kind", "key"), blind.count("events")) == (None, 0)
    assert store.begin().get("orders", "1") == _row("1", "ann")


def test_what_is_not_committed_is_forgotten() -> None:
    store = MemoryStore()
    before = _filled(store, ("1", "ann"))
    tx = store.begin()
    tx.insert("orders", "2", _row("2", "ann"))
    tx.replace("orders", "1", _row("changed", "ann"))
    tx.claim("email", "a", "1")
    tx.release("email", "b")
    tx.number("sequence")
    tx.reach("sequence", 9)
    tx.append("events", b"e", "ann")
    tx.remember("kind", "key", 1)
    tx.schedule(5, "timer", "x")
    assert store.state is before
    assert _texts(store.begin()) == ["1"]
    assert store.begin().next_timer() is None


def test_a_commit_without_writes_leaves_the_very_same_state() -> None:
    store = MemoryStore()
    before = _filled(store, ("1", "ann"))
    tx = store.begin()
    tx.get("orders", "1")
    list(tx.newest("orders"))
    tx.commit()
    assert store.state is before


def test_an_old_state_stays_as_it_was_and_can_be_returned_to() -> None:
    store = MemoryStore()
    states = [store.state]
    for number in range(200):
        tx = store.begin()
        tx.insert("orders", str(number), _row(str(number), f"owner{number % 3}"))
        tx.append("events", b"%d" % number, "ann" if number % 2 else None)
        tx.replace("orders", "0", _row(f"0 at {number}", "owner0"))
        tx.commit()
        states.append(store.state)
    for number in (0, 1, 63, 64, 65, 128, 129, 200):
        tx = MemoryStore(states[number]).begin()
        assert (tx.count("orders"), tx.count("events"), tx.count("events", "ann")) == (number, number, number // 2)
        assert len(_texts(tx)) == number
        assert [int(entry) for entry in tx.oldest("events")] == list(range(number))
        if number:
            assert tx.get("orders", "0") == _row(f"0 at {number - 1}", "owner0")
    store.state = states[64]
    tx = store.begin()
    tx.append("events", b"another future")
    tx.commit()
    assert list(store.begin().latest("events"))[:2] == [b"another future", b"63"]
    assert int(next(MemoryStore(states[65]).begin().latest("events"))) == 64
    assert states[0] is NOTHING


def test_a_fork_goes_its_own_way() -> None:
    store = MemoryStore()
    _filled(store, ("1", "ann"))
    fork = MemoryStore(store.state)
    _filled(fork, ("2", "ann"))
    _filled(store, ("3", "ann"))
    assert _texts(store.begin()) == ["3", "1"]
    assert _texts(fork.begin()) == ["2", "1"]


def test_a_claim_is_one_holders_until_it_is_released() -> None:
    tx = MemoryStore().begin()
    assert tx.claim("email", "a", "ann")
    assert tx.claim("email", "a", "ann")
    assert not tx.claim("email", "a", "bob")
    assert tx.claim("username", "a", "bob")
    assert (tx.holder("email", "a"), tx.holder("username", "a")) == ("ann", "bob")
    tx.release("email", "a")
    tx.release("email", "never claimed")
    assert tx.claim("email", "a", "bob")


def test_a_claim_of_a_committed_state_holds_in_the_next() -> None:
    store = MemoryStore()
    tx = store.begin()
    tx.claim("email", "a", "ann")
    tx.commit()
    assert not store.begin().claim("email", "a", "bob")


def test_a_sequence_counts_from_one_and_never_back() -> None:
    tx = MemoryStore().begin()
    assert [tx.number("x"), tx.number("x"), tx.number("y")] == [1, 2, 1]
    tx.reach("x", 10)
    tx.reach("x", 5)
    assert tx.number("x") == 11


def test_a_log_has_its_entries_in_order_for_all_and_for_each_subject() -> None:
    tx = MemoryStore().begin()
    numbers = [tx.append("events", b"%d" % n, None if n % 3 == 0 else f"subject{n % 3}") for n in range(200)]
    assert numbers == list(range(200))
    assert [int(entry) for entry in tx.oldest("events")] == numbers
    assert [int(entry) for entry in tx.latest("events")] == numbers[::-1]
    assert [int(entry) for entry in tx.latest("events", 150)] == numbers[49::-1]
    assert [int(entry) for entry in tx.oldest("events", "subject1")] == list(range(1, 200, 3))
    assert (tx.count("events"), tx.count("events", "subject2"), tx.count("events", "nobody")) == (200, 66, 0)
    assert list(tx.oldest("inbox")) == []


def test_a_page_reads_no_more_than_it_shows() -> None:
    tx = MemoryStore().begin()
    for n in range(1000):
        tx.insert("orders", str(n), _row(str(n), "ann"))
    assert [row[0] for row in islice(tx.newest("orders", "ann", 500), 2)] == [b"499", b"498"]


def test_records_of_a_kind_are_forgotten_together() -> None:
    store = MemoryStore()
    tx = store.begin()
    tx.remember("kind", "a", 1)
    tx.remember("other", "a", 2)
    tx.commit()
    tx = store.begin()
    tx.forget("kind")
    tx.forget("nothing")
    tx.remember("kind", "b", 3)
    assert (tx.recall("kind", "a"), tx.recall("kind", "b"), tx.recall("other", "a")) == (None, 3, 2)
    assert store.begin().recall("kind", "a") == 1
    tx.commit()
    tx = store.begin()
    assert (tx.recall("kind", "a"), tx.recall("kind", "b"), tx.recall("other", "a")) == (None, 3, 2)


def test_a_transaction_never_undoes_one_that_was_committed_while_it_was_open() -> None:
    store = MemoryStore()
    slow, quick, idle = store.begin(), store.begin(), store.begin()
    slow.insert("orders", "1", _row("1"))
    quick.insert("orders", "2", _row("2"))
    quick.commit()
    with pytest.raises(RuntimeError, match="another transaction was committed"):
        slow.commit()
    idle.commit()
    assert _texts(store.begin()) == ["2"]


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "replace", "append", "commit", "drop"]), st.integers(0, 5), st.sampled_from("ab")
    ),
    max_size=300,
)


@settings(max_examples=50, derandomize=True, database=None, deadline=None)
@given(ACTIONS)
def test_whatever_is_done_the_store_agrees_with_plain_lists(actions: list[tuple[str, int, str]]) -> None:
    store, tx = MemoryStore(), MemoryStore().begin()
    tx = store.begin()
    kept: tuple[dict[str, Row], list[tuple[str, str]]] = ({}, [])
    rows, log = dict(kept[0]), list(kept[1])
    for number, (action, key, owner) in enumerate(actions):
        if action == "insert":
            rows[f"{number}"] = _row(f"{number}", owner)
            tx.insert("orders", f"{number}", rows[f"{number}"])
        elif action == "replace" and rows:
            name = list(rows)[key % len(rows)]
            rows[name] = _row(f"{name} at {number}", rows[name][1])
            tx.replace("orders", name, rows[name])
        elif action == "append":
            log.append((f"{number}", owner))
            tx.append("events", f"{number}".encode(), owner)
        elif action == "commit":
            tx.commit()
            kept = (dict(rows), list(log))
            tx = store.begin()
        else:
            rows, log = dict(kept[0]), list(kept[1])
            tx = store.begin()
        assert list(tx.newest("orders")) == list(rows.values())[::-1]
        assert tx.count("events") == len(log)
    for owner in "ab":
        assert list(tx.newest("orders", owner)) == [row for row in rows.values() if row[1] == owner][::-1]
        assert list(tx.oldest("events", owner)) == [text.encode() for text, whose in log if whose == owner]
    assert list(tx.latest("events")) == [text.encode() for text, _ in log][::-1]


@pytest.mark.parametrize("batch", [1, 31, 32, 33, 200])
def test_many_rows_are_inserted_as_one_after_the_other(batch: int) -> None:
    rows = [(f"order-{number}", (None, "ann", "bob", f"order-{number}")[number % 4]) for number in range(150)]
    single, many = MemoryStore(), MemoryStore()
    _filled(single, *rows)
    for start in range(0, len(rows), batch):
        tx = many.begin()
        tx.insert_all("orders", {key: _row(key, owner) for key, owner in rows[start : start + batch]})
        tx.commit()
    assert many.state == single.state
    tx = many.begin()
    assert _texts(tx) == [key for key, _ in reversed(rows)]
    assert _texts(tx, owner="bob") == [key for key, owner in reversed(rows) if owner == "bob"]
