"""Documents that know nothing of our keys: reads and creates are derived, the rest answers what the document shows."""

from pathlib import Path

import httpx
import pytest

from commerce_mock.engine import Engine
from commerce_mock.wire import Request, Response
from harness.command import serving
from harness.judge import Judge
from harness.platform import Answered, Platform

HERE = Path(__file__).parent
ORIGIN = "efdbb9d1-02c2-4bc3-afb7-6788d8782b1e"


class LenientJudge(Judge):
    """Examines what the document declares: a foreign one seldom says how it refuses a request."""

    def examine(self, engine: Engine, request: Request, response: Response) -> None:
        if response.status != 404:
            operation, _ = engine.routes[request.service].match(request.method, request.path)
            if response.status in operation.responses:
                super().examine(engine, request, response)


class Foreign(Platform):
    """The mock of one foreign document."""

    def __init__(self, file: str) -> None:
        super().__init__(HERE / file, judged=False)
        self.service = Path(file).stem
        self.judge = LenientJudge(self.contract) if file.endswith(".yaml") else None

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answered:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(self.service, method, path, body, headers=named)

    def does(self) -> dict[str, str]:
        """What the notes say that each operation does, by method and path."""
        said = (note.partition("(")[2].partition("): ") for note in self.engine.notes if " (" in note)
        return {route: does for route, _, does in said}


def test_a_3_0_document_without_operation_ids_is_served_as_far_as_paths_and_schemas_say() -> None:
    assert Foreign("pets.yaml").does() == {
        "GET /pets": "lists `pets`",
        "POST /pets": "creates in `pets`",
        "GET /pets/{petId}": "reads from `pets`",
        "PUT /pets/{petId}": "updates in `pets`",
        "DELETE /pets/{petId}": "answers 204 without content",
        "GET /pets/{petId}/photo": "answers 501, because it shows no example of its image/png",
        "POST /pets/{petId}/photo": "answers its example",
        "GET /stock": "answers its example",
        "GET /catalogue": "answers 501, because it shows no example of its application/xml",
        "GET /motd": "answers its example",
    }


def test_pets_are_created_read_listed_and_updated_by_integer_keys() -> None:
    shop = Foreign("pets.yaml")
    rex = shop.ask("POST", "/pets", {"name": "Rex", "status": "available", "nickname": None})
    assert (rex.status, rex.headers["location"]) == (200, "/pets/1")
    assert rex.json == {"id": 1, "name": "Rex", "nickname": None, "status": "available"}
    assert shop.ask("POST", "/pets", {"name": "Tom", "status": "sold", "id": 2}).json["id"] == 2
    assert shop.ask("POST", "/pets", {"name": "Ida", "status": "sold"}).json["id"] == 3  # 2 is taken
    assert shop.ask("GET", "/pets/2").json["name"] == "Tom"
    assert shop.ask("PUT", "/pets/2", {"name": "Tim", "status": "available"}).json["name"] == "Tim"

    def names(query: str) -> list[str]:
        return [pet["name"] for pet in shop.ask("GET", f"/pets{query}").json]

    assert names("") == ["Ida", "Tim", "Rex"]
    assert names("?status=sold") == ["Ida"]
    assert names("?status=available,sold&limit=2") == ["Ida", "Tim"]


def test_refusals_of_a_foreign_document_are_worded_by_http() -> None:
    shop = Foreign("pets.yaml")
    shop.ask("POST", "/pets", {"name": "Rex", "status": "sold", "id": 7})
    for answer, status, code, pointers in [
        (shop.ask("GET", "/pets/9"), 404, "NOT_FOUND", []),
        (shop.ask("PUT", "/pets/9", {"name": "Rex", "status": "sold"}), 404, "NOT_FOUND", []),
        (shop.ask("GET", "/pets/nine"), 422, "VALIDATION_ERROR", ["/path/petId"]),
        (shop.ask("POST", "/pets", {"name": "Rex"}), 422, "VALIDATION_ERROR", ["/status"]),
        (
            shop.ask("POST", "/pets", {"name": "Rex", "status": "sold", "weight": 0}),
            422,
            "VALIDATION_ERROR",
            ["/weight"],
        ),
        (shop.ask("POST", "/pets", {"name": "Rex", "status": "sold", "id": 7}), 409, "CONFLICT", ["/id"]),
        (shop.ask("GET", "/pets/7/photo"), 501, "NOT_IMPLEMENTED", []),
        (shop.ask("GET", "/catalogue"), 501, "NOT_IMPLEMENTED", []),
    ]:
        assert (answer.status, answer.code, answer.pointers) == (status, code, pointers), answer
        assert answer.json["type"] == "about:blank"


def test_what_cannot_be_derived_answers_its_example() -> None:
    shop = Foreign("pets.yaml")
    assert shop.ask("GET", "/stock").json == {"available": 7, "sold": 3}
    motd = shop.ask("GET", "/motd")
    assert (motd.headers["content-type"], motd.body) == ("text/plain", b"Be kind to cats.")
    assert shop.ask("DELETE", "/pets/1").status == 204
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="rex.png"\r\n\r\nPNG\r\n--x--\r\n'
    stored = shop.ask("POST", "/pets/1/photo", form, content_type="multipart/form-data; boundary=x")
    assert stored.json["message"] == "stored"


def test_a_security_scheme_that_is_no_bearer_token_is_noted_and_lets_everyone_in() -> None:
    for file, scheme in [("pets.yaml", "apiKey"), ("trains.yaml", "oauth2"), ("museum.yaml", "http basic")]:
        mock = Foreign(file)
        assert any(f"the security scheme `{scheme}` is not honoured" in note for note in mock.engine.notes)
        assert not any(operation.secured for operation in mock.contract.operations.values())


def test_bookings_are_one_thing_although_each_answer_composes_them_anew() -> None:
    trains = Foreign("trains.yaml")
    assert trains.does()["POST /bookings"] == "creates in `bookings`"
    assert trains.does()["GET /bookings"] == "lists `bookings`"
    assert trains.does()["GET /trips"] == "answers its example"
    body = {"trip_id": ORIGIN, "passenger_name": None, "id": ORIGIN}
    booked = trains.ask("POST", "/bookings", body)
    assert booked.json["id"] != ORIGIN  # read-only
    assert booked.json["has_dog"] is False
    assert trains.ask("GET", booked.headers["location"]).json == booked.json
    assert trains.ask("GET", "/bookings").json == {"data": [booked.json]}


def test_requests_of_operations_that_answer_an_example_are_validated_all_the_same() -> None:
    trains = Foreign("trains.yaml")
    assert trains.ask("GET", "/trips").pointers == ["/query/origin"]
    assert trains.ask("GET", f"/trips?origin={ORIGIN}").json["data"][0]["price"] == 50
    pay = f"/bookings/{ORIGIN}/payment"
    assert trains.ask("POST", pay, {"source": {"object": "card"}}).pointers[0].startswith("/source")
    good = {"amount": 9.5, "currency": "eur", "source": {"object": "bank_account", "sort_code": "000123"}}
    assert trains.ask("POST", pay, good).json["status"] == "succeeded"  # the first example


def test_a_museum_with_keys_that_are_not_called_id() -> None:
    museum = Foreign("museum.yaml")
    made = museum.ask("POST", "/special-events", {"name": "Pirates"})
    assert (made.status, made.json["house"]) == (201, "Main")  # required, said by nobody: as the example shows it
    path = f"/special-events/{made.json['eventId']}"
    assert made.headers["location"] == path
    assert museum.ask("PATCH", path, {"price": 3}).json == {**made.json, "price": 3}
    assert museum.ask("GET", "/special-events").json == [{**made.json, "price": 3}]
    assert museum.ask("GET", "/museum-hours").json[0]["open"] == "09:00"
    assert museum.ask("POST", "/tickets", {"date": "2024-02-30"}).pointers == ["/date"]
    assert museum.does()["POST /tickets"] == "answers an example made from its schema"
    assert museum.ask("POST", "/tickets", {"date": "2024-02-29"}).status == 201


def test_inline_schemas_without_components_make_one_resource() -> None:
    notes = Foreign("notes.json")
    made = notes.ask("POST", "/notes", {"text": "Buy milk"})
    assert made.json["words"] == 1  # required by the answer: made from its schema
    assert notes.ask("GET", made.headers["location"]).json == made.json
    assert notes.ask("GET", "/notes").json == {"notes": [{"id": made.json["id"]}], "more": True}
    assert notes.ask("POST", "/notes").status == 201  # the body is not required


def test_health_and_metrics_in_words_of_their_own_answer_their_example() -> None:
    notes = Foreign("notes.json")
    assert notes.ask("GET", "/health").json == {"ok": True}
    assert notes.ask("GET", "/metrics").json == {"notes": 3}
    notes.send("admin", "PUT", "/__admin/services/notes", {"up": False})
    assert (notes.ask("GET", "/health").status, notes.ask("GET", "/notes").status) == (503, 503)


def test_a_document_of_webhooks_only_is_served_and_noted() -> None:
    hooks = Foreign("webhooks.yaml")
    assert hooks.engine.notes == ("webhooks.yaml:4 #/webhooks: webhooks are not called",)
    assert hooks.get("webhooks", "/anything").status == 404
    assert hooks.get("admin", "/__admin/health").json["status"] == "healthy"


def test_another_service_of_the_same_name_does_not_get_the_rules_of_ours(tmp_path: Path) -> None:
    text = (HERE / "museum.yaml").read_text()
    text = text.replace("special-events", "orders").replace("operationId: createSpecialEvent", "operationId: create")
    (tmp_path / "orders.yaml").write_text(text)
    mock = Platform(tmp_path, judged=False)
    (note,) = (note for note in mock.engine.notes if "the rules written for it are not used" in note)
    assert note.startswith("orders: ")
    made = mock.post("orders", "/orders", {"name": "Pirates"})
    assert (made.status, made.json["name"]) == (201, "Pirates")


def test_a_contract_with_an_admin_service_of_its_own_goes_without_the_controls(tmp_path: Path) -> None:
    (tmp_path / "admin.yaml").write_text((HERE / "museum.yaml").read_text())
    mock = Platform(tmp_path, judged=False)
    assert any("the mock's controls under /__admin are left out" in note for note in mock.engine.notes)
    assert mock.get("admin", "/museum-hours").status == 200
    assert mock.get("admin", "/__admin/health").status == 404


@pytest.mark.parametrize("file", ["pets.yaml", "trains.yaml", "museum.yaml", "webhooks.yaml", "notes.json"])
def test_serve_says_what_each_operation_does_and_shows_the_document(file: str) -> None:
    name = Path(file).stem
    with serving("--contract", str(HERE / file), services=[name, "admin"]) as running:
        assert running.urls.keys() == {name, "admin"}
        for note in Foreign(file).engine.notes:
            assert note in running.printed
        document = httpx.get(f"{running.urls[name]}/openapi.json").json()
        assert document["servers"] == [{"url": running.urls[name], "description": "This mock."}]
        page = httpx.get(f"{running.urls[name]}/docs")
        assert (page.status_code, document["info"]["title"] in page.text) == (200, True)


def test_what_a_contract_stores_may_have_the_names_of_what_the_mock_keeps_itself() -> None:
    calendar = Foreign("calendar.yaml")
    for collection in ("events", "inbox", "timers"):
        made = calendar.ask("POST", f"/{collection}", {"title": "Lunch"})
        assert made.status == 201
        assert calendar.ask("GET", made.headers["location"]).json == made.json
    assert calendar.ask("GET", "/events").json == [{"id": 1, "title": "Lunch"}]
    assert calendar.events() == calendar.inbox() == []
    calendar.advance(60)
    assert calendar.ask("POST", "/events", {"title": "Dinner"}).json == {"id": 2, "title": "Dinner"}


def test_a_key_that_is_any_number_is_counted_and_found_however_it_is_written() -> None:
    calendar = Foreign("calendar.yaml")
    made = calendar.ask("POST", "/events", {"title": "Lunch"})
    assert (made.json["id"], made.headers["location"]) == (1, "/events/1")
    assert calendar.ask("GET", "/events/1").json == calendar.ask("GET", "/events/1.0").json == made.json
    assert calendar.ask("GET", "/events/1.5").status == 404


@pytest.mark.parametrize("key", ["9" * 16, "9" * 5_000])
def test_a_key_too_long_to_count_on_from_is_stored_all_the_same(key: str) -> None:
    calendar = Foreign("calendar.yaml")
    made = calendar.ask("POST", "/timers", {"id": key})
    assert (made.status, made.json) == (201, {"id": key})
    assert calendar.ask("GET", made.headers["location"]).json == made.json
    assert calendar.ask("POST", "/timers", {}).json == {"id": "2"}
