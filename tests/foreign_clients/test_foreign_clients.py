"""Clients of documents that were written for other tools: they are imported and make calls."""

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from commerce_sdk import ApiError, CommerceError
from foreign_clients.clients import CONTRACTS, AsyncWire, Clients, Wire


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_module_is_imported_and_every_model_can_be_built(clients: Clients, name: str) -> None:
    package = clients.package(name)
    assert {package.Shop.__name__, package.AsyncShop.__name__} == {"Shop", "AsyncShop"}
    for exported in package.__all__:
        found = getattr(package, exported)
        if hasattr(found, "model_rebuild"):
            found.model_rebuild(force=True)
    for path in clients.made(name).glob("models/*.py"):
        for value in vars(clients.module(name, f"models.{path.stem}")).values():
            if hasattr(value, "model_rebuild") and value.__module__.startswith("client_of_"):
                assert value.model_rebuild(force=True) is not False


def test_a_document_of_webhooks_only_makes_a_client_without_services(clients: Clients) -> None:
    with clients.package("webhooks").Shop() as shop:
        assert repr(shop) == "<Shop >"
    assert sorted(path.name for path in clients.made("webhooks").iterdir() if path.suffix == ".py") == [
        "__init__.py",
        "client.py",
        "errors.py",
    ]


def test_a_variant_is_told_by_its_constant(clients: Clients) -> None:
    answer = {"amount": 49.99, "currency": "gbp", "source": {"object": "bank_account", "sort_code": "000123"}}
    wire = Wire(answer, {**answer, "source": {"object": "purse", "coins": 3}})
    trains = clients.package("trains").Shop(transport=wire).trains
    paid = trains.create_booking_payment("b-1", amount=49.99, source={"object": "card", "number": "4242"})
    assert wire.sent == (
        "POST",
        "https://trains.example/api/bookings/b-1/payment",
        {"amount": Decimal("49.99"), "source": {"object": "card", "number": "4242"}},
    )
    models = clients.module("trains", "models.trains")
    assert type(paid.source) is models.BookingPaymentSourceBankAccount
    newer = trains.create_booking_payment("b-1", amount=1.0)
    assert type(newer.source) is models.UnknownBookingPaymentSource
    assert newer.source.model_extra == {"coins": 3}
    with pytest.raises(CommerceError, match=r"source\.BookingPaymentSourceCard\.number: Field required"):
        trains.create_booking_payment("b-1", source={"object": "card"})


def test_what_allof_composes_is_one_model(clients: Clients) -> None:
    wire = Wire({"data": [{"id": "t", "origin": "o", "price": 50}], "links": {"self": "x"}})
    found = clients.package("trains").Shop(transport=wire).trains.get_trips(origin="o", page=2)
    assert wire.sent[1] == "https://trains.example/api/trips?origin=o&page=2"
    assert (found.data[0].price, found.links) == (50, {"self": "x"})


def test_null_is_sent_where_it_is_a_value_and_left_out_where_nothing_was_given(clients: Clients) -> None:
    wire = Wire(*({"name": "Rex", "status": "sold", "nickname": None},) * 2)
    pets = clients.package("pets").Shop(transport=wire).pets
    assert pets.post_pets(name="Rex", status="sold", nickname=None).nickname is None
    assert wire.sent == ("POST", "http://localhost:8090/v3/pets", {"name": "Rex", "status": "sold", "nickname": None})
    pets.post_pets(name="Rex", status="sold")
    assert wire.sent[2] == {"name": "Rex", "status": "sold"}


def test_answers_are_lists_maps_text_bytes_and_nothing(clients: Clients) -> None:
    wire = Wire([{"name": "Rex", "status": "new"}], {"sold": 3}, b"Be kind", b"\x89PNG", b"")
    pets = clients.package("pets").Shop(transport=wire).pets
    assert [pet.status for pet in pets.get_pets(status=["sold", "available"], limit=3)] == ["new"]
    assert wire.sent[1] == "http://localhost:8090/v3/pets?status=sold%2Cavailable&limit=3"
    assert pets.get_stock() == {"sold": 3}
    assert pets.get_motd() == "Be kind"
    assert pets.get_pets_pet_id_photo(7) == b"\x89PNG"
    assert pets.delete_pets_pet_id(7) is None
    assert wire.sent == ("DELETE", "http://localhost:8090/v3/pets/7", None)


def test_dates_and_bodies_without_a_name_are_arguments(clients: Clients) -> None:
    wire = Wire([{"date": "2023-09-11"}], {"message": "Thanks", "ticketId": "t-1"})
    museum = clients.package("museum").Shop(transport=wire).museum
    assert museum.get_museum_hours(start_date=dt.date(2023, 9, 11))[0].date == dt.date(2023, 9, 11)
    assert wire.sent[1] == "https://museum.example/museum-hours?startDate=2023-09-11"
    assert museum.buy_ticket(date=dt.date(2023, 9, 12)).ticket_id == "t-1"
    assert wire.sent[2] == {"date": "2023-09-12"}


def test_a_document_without_components_gives_models_their_names_from_operations(clients: Clients) -> None:
    package = clients.package("notes_api")
    wire = Wire({"id": "1", "text": "Hi", "words": 1}, {"notes": [{"id": "1"}], "more": False})
    notes = package.Shop(notes_url="http://notes.example/", transport=wire).notes
    assert type(notes.post_notes(text="Hi")) is package.PostNotesResult
    assert [type(note) for note in notes.get_notes().notes] == [package.GetNotesResultNotesItem]
    with pytest.raises(CommerceError, match="the URL of notes is not known: give notes_url="):
        package.Shop(transport=wire).notes.get_notes()


def test_a_discriminator_names_its_variants_or_maps_them(clients: Clients) -> None:
    package = clients.package("animals")
    cat = {"kind": "Cat", "name": "Tom", "birthDay": None, "lives": 9}
    wire = Wire([cat, {"kind": "Parrot", "name": "Ara"}], [{"what": "left", "why": "bored"}, {"what": "slept"}])
    shelter = package.Shop(token="t", transport=wire).animals
    animals = shelter.list_animals(x_shelter="north", kind=["Cat"])
    assert [type(each) for each in animals] == [package.Cat, package.UnknownAnimal]
    assert wire.sent[1] == "https://shelter.example/v1/animals?kind=Cat"
    assert wire.requests[-1].headers["X-Shelter"] == "north"
    assert [type(each) for each in shelter.report()] == [package.Departure2, package.UnknownHappening]


def test_a_body_that_is_no_object_is_one_argument(clients: Clients) -> None:
    package = clients.package("animals")
    wire = Wire({"small": 2}, {"kind": "Dog", "name": "Rex"}, b"", {})
    shelter = package.Shop(token="t", transport=wire).animals
    assert shelter.set_meals(3, body=[{"size": "small", "price": "2.50", "next": {"size": "large", "price": 3}}]) == {
        "small": 2
    }
    assert wire.sent[2] == [{"size": "small", "price": Decimal("2.50"), "next": {"size": "large", "price": 3}}]
    dog = package.Dog(kind="Dog", name="Rex", best_friend=package.Being(name="Tom"))
    assert type(shelter.take_in(body=dog)) is package.Dog
    assert wire.sent[2] == {"kind": "Dog", "name": "Rex", "bestFriend": {"name": "Tom"}}
    assert shelter.set_owner(3, name="Kim", phone=None, secret="s3") is None
    assert wire.sent[2] == {"name": "Kim", "phone": None, "secret": "s3"}
    shelter.set_meals(3)
    assert wire.sent[2] is None


def test_names_that_python_or_the_client_has_taken_stand_in_nobodys_way(clients: Clients) -> None:
    wire = Wire([1, "a", None], {"id": 1, "kind": "odd", "at": "2023-01-01T00:00:00Z"}, b"", {"any": 1})
    shop = clients.package("awkward").Shop(awkward_url="http://a.example", transport=wire)
    moment = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    assert shop.awkward.get_list(timeout_=3, from_=moment, self_=True, page_size=2, timeout=5) == [1, "a", None]
    assert wire.sent[1] == "http://a.example/list?timeout=3&from=2023-01-01T00%3A00%3A00Z&self=true&page-size=2"
    given = {"headers_": [{"name": "n", "field_2nd_value": "v"}], "choice": {"b": 1}, "hidden": "h"}
    answer = shop.awkward.post_class_id_from("a/b", 1.5, body_id=2, class_="new", **given)
    assert (answer.kind, answer.at) == ("odd", moment)
    assert wire.sent == (
        "POST",
        "http://a.example/class/a%2Fb/1.5",
        {
            "id": 2,
            "class": "new",
            "headers": [{"name": "n", "2nd-value": "v"}],
            "choice": {"b": 1},
            "_hidden": "h",
        },
    )
    assert shop.awkward.delete_str() is None
    assert shop.awkward.patch_omit(body={"x": 1}) == {"any": 1}
    assert wire.requests[-1].headers["Content-Type"] == "application/merge-patch+json"


def test_what_the_documents_say_cannot_break_the_code(clients: Clients) -> None:
    shop = clients.module("awkward", "awkward")
    assert '"""quoted""", C:\\new\\table' in shop.Awkward.__doc__
    assert shop.Awkward.get_list.__doc__.startswith('Gives "all" of \\it.')
    assert clients.module("awkward", "models.awkward").PostClassIdFromBody.__doc__.startswith("Ends in a backslash \\")


def test_an_operation_that_cannot_be_called_is_left_out_with_a_note(clients: Clients) -> None:
    assert not hasattr(clients.module("awkward", "awkward").Awkward, "put_omit")
    assert clients.notes["awkward"] == ("awkward.put_omit is left out: its body is not JSON",)


def test_things_of_two_services_may_refer_to_each_other(clients: Clients) -> None:
    package = clients.package("circle")
    wire = Wire({"name": "x", "other": {"other": {"name": "y", "way": {"by": "sea", "ship": {"name": "z"}}}}})
    found = package.Shop(transport=wire).a.get()
    assert found.other.other.way.ship.name == "z"
    assert "Item" not in package.__all__  # two services have one: each is found in its own module
    assert clients.module("circle", "models.a").Item is type(found)
    assert {"ModelModel", "FieldModel", "List", "ExceptionModel"} <= set(package.__all__)


def test_a_service_may_have_the_name_of_the_client(clients: Clients) -> None:
    package = clients.package("circle")
    wire = Wire({"field": {"x": "1"}, "exception": "b"})
    shop = package.Shop(transport=wire).shop
    assert type(shop) is clients.module("circle", "shop").Shop
    assert shop.class_().exception == "b"


def test_the_async_twin_does_the_same(clients: Clients) -> None:
    package = clients.package("trains")

    async def call() -> Any:
        wire = AsyncWire({"data": [], "links": {}})
        async with package.AsyncShop(transport=wire) as shop:
            return await shop.trains.get_bookings(), wire.sent

    found, sent = asyncio.run(call())
    assert type(found) is package.GetBookingsResult
    assert sent == ("GET", "https://trains.example/api/bookings", None)


def test_a_problem_without_a_code_is_the_error_of_its_status(clients: Clients) -> None:
    package = clients.package("trains")
    wire = Wire({"title": "None", "detail": "No such booking"}, status=404)
    with pytest.raises(ApiError) as refused:
        package.Shop(transport=wire).trains.get_booking("b-1")
    assert type(refused.value) is package.errors.NotFoundError
