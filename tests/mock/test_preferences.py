"""What a request may order for itself, and how it is told what it may."""

from time import perf_counter

import pytest

from commerce_mock.fault_effects import Effect, Occasion, Strike
from commerce_mock.preferences import KINDS, SLOWLY, Preferences, decides, own_strike, preferences
from commerce_mock.problems import Problem
from commerce_mock.wire import Request
from harness.platform import contract
from harness.stage import Stage


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("code=409", Preferences("409")),
        ("code=409, example=USER_001", Preferences("409", "USER_001")),
        ("Code = 409 ,EXAMPLE = USER_001;x=y; z", Preferences("409", "USER_001")),
        ('example="with \\"quotes\\", and a comma"', Preferences(example='with "quotes", and a comma')),
        ("code=409, code=404", Preferences("409")),
        ('respond-async, return=minimal;a="b,c", wait=2', Preferences(wait="2")),
        ("wait", Preferences(wait="")),
        ("", Preferences()),
        ("return=minimal", Preferences()),
        ("code=1, (broken), example=x", Preferences("1")),
    ],
)
def test_a_prefer_header_is_read_as_rfc_7240_has_it(header: str, expected: Preferences) -> None:
    assert preferences(header.encode("latin-1")) == expected


LONG = ("code" + " " * 60_000 + "(", 'code="' + "\\x" * 30_000, "a;" * 30_000 + '"', ",a" * 30_000)


@pytest.mark.parametrize("header", LONG, ids=range(len(LONG)))
def test_a_long_header_is_read_in_a_moment(header: str) -> None:
    began = perf_counter()
    preferences(header.encode("latin-1"))
    assert perf_counter() - began < 0.5


def test_what_was_followed_is_repeated_in_the_form_of_the_header() -> None:
    said = Preferences("409", 'with "quotes"', "2").applied
    assert said == 'code=409, example="with \\"quotes\\"", wait=2'
    assert preferences(said.encode()) == Preferences("409", 'with "quotes"', "2")


def ordered(name: str = "users.create", **headers: str) -> Strike | None:
    given = {header.replace("_", "-").encode(): value.encode("latin-1") for header, value in headers.items()}
    request = Request("GET", "/x", headers=given)
    return own_strike(Occasion(contract(), contract().operations[name], "/x", 0), request)


def test_a_request_that_orders_nothing_of_ours_is_left_alone() -> None:
    assert ordered() is None
    assert ordered(prefer="return=minimal, respond-async") is None


@pytest.mark.parametrize(
    ("prefer", "status", "code"),
    [
        ("code=409", 409, "USER_001"),
        ("code=409, example=USER_002", 409, "USER_002"),
        ("example=USER_002", 409, "USER_002"),
        ("code=201", 201, None),
    ],
)
def test_a_declared_answer_can_be_preferred(prefer: str, status: int, code: str | None) -> None:
    found = ordered(prefer=prefer)
    assert found is not None
    assert decides(found)
    assert (found.change((0, [], b""))[0], found.effect.code, found.effect.reaches) == (status, code, False)
    assert found.told == f"Prefer {prefer}"
    assert found.applied == prefer.encode()


@pytest.mark.parametrize(
    ("headers", "pointer", "message"),
    [
        ({"prefer": "code=418"}, "Prefer", "code=418: users.create declares 201, 400, 409, 415, 422, 500, 503."),
        ({"prefer": "code=USER_001"}, "Prefer", "code=USER_001: users.create declares 201"),
        ({"prefer": "code=9" + "9" * 500}, "Prefer", f"code=9{'9' * 99}: users.create declares"),
        ({"prefer": "code=409, example=PAY_001"}, "Prefer", "example=PAY_001: users.create shows USER_001, USER_002."),
        ({"prefer": "example=nothing"}, "Prefer", "example=nothing: users.create shows "),
        ({"prefer": "wait=soon"}, "Prefer", "wait=soon: give seconds from 0 to 3600"),
        ({"prefer": "wait=3601"}, "Prefer", "wait=3601: give seconds from 0 to 3600"),
        ({"prefer": "wait"}, "Prefer", "wait=: give seconds"),
        ({"x_mock_fault": "explode"}, "X-Mock-Fault", "give one of reset, reset-after, timeout, truncate, malformed"),
    ],
)
def test_what_cannot_be_had_is_refused_with_what_can(headers: dict[str, str], pointer: str, message: str) -> None:
    with pytest.raises(Problem) as caught:
        ordered(**headers)
    ((place, told),) = caught.value.errors
    assert (caught.value.code, place) == ("BAD_REQUEST", f"/header/{pointer}")
    assert message in told


@pytest.mark.parametrize(
    ("word", "effect"),
    [
        ("reset", Effect(reaches=False, ending="reset")),
        ("Reset-After", Effect(ending="reset")),
        ("timeout", Effect(reaches=False, ending="silence")),
        ("truncate", Effect(ending="truncated")),
        ("slow", Effect(rate=SLOWLY)),
    ],
)
def test_a_request_can_order_what_goes_wrong_with_it(word: str, effect: Effect) -> None:
    found = ordered(x_mock_fault=word)
    assert found is not None
    assert (found.effect, found.told, found.applied) == (effect, f"X-Mock-Fault {word}", None)
    assert decides(found)


def test_every_word_of_the_header_is_told_in_the_control_document() -> None:
    described = contract().operations["admin.create_fault"].description
    assert all(f"`{word}`" in described for word in KINDS)


def test_to_wait_lets_the_worlds_faults_decide() -> None:
    found = ordered(prefer="wait=0.5")
    assert found is not None
    assert found.effect == Effect(delay=0.5)
    assert not decides(found)


def test_an_answer_can_be_preferred_and_spoilt() -> None:
    found = ordered(prefer="code=409, wait=1", x_mock_fault="malformed")
    assert found is not None
    status, headers, body = found.change((201, [], b"{}"))
    assert (status, found.effect.delay, found.effect.code) == (409, 1.0, "USER_001")
    assert body.startswith(b'{"malformed":{"type":')
    assert (b"preference-applied", b"code=409, wait=1") in headers


def test_a_preferred_answer_leaves_no_trace_but_in_the_journal() -> None:
    stage = Stage()
    before = stage.platform.world.store.state
    given = stage.send(stage.ask("orders.create").but(headers={"Prefer": "code=201"}, token=None))
    assert given.status == 201
    assert given.headers["preference-applied"] == "code=201"
    assert stage.platform.world.store.state is before
    assert stage.platform.world.journal.entries[-1].fault == "Prefer code=201"
