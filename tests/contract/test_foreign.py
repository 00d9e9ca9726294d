"""Documents that were written for other tools."""

import shutil
from pathlib import Path

import pytest

from commerce_contract import Action, Contract, load

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def pets() -> Contract:
    return load(HERE / "foreign" / "pets.yaml")


def test_operations_are_named_after_their_document_and_what_they_say_or_do(pets: Contract) -> None:
    assert list(pets.operations) == [
        "pets.addPet",
        "pets.get_pet",
        "pets.get_pet_petId",
        "pets.changePet",
        "pets.deletePet",
        "pets.addPhoto",
        "pets.addPets",
        "pets.owner",
    ]


@pytest.mark.parametrize(
    ("name", "collection", "action"),
    [
        ("pets.addPet", "pet", Action.CREATE),
        ("pets.get_pet", "pet", Action.LIST),
        ("pets.get_pet_petId", "pet", Action.READ),
        ("pets.changePet", "pet", Action.UPDATE),
        ("pets.addPets", "pet", Action.NONE),
        ("pets.owner", "owner", Action.READ),
        ("pets.deletePet", None, Action.NONE),
        ("pets.addPhoto", None, Action.NONE),
    ],
)
def test_what_they_do_is_implied_by_paths_and_schemas(
    pets: Contract, name: str, collection: str | None, action: Action
) -> None:
    operation = pets.operations[name]
    assert (operation.resource and operation.resource.collection, operation.action) == (collection, action)


def test_a_resource_is_implied_with_the_key_that_its_path_names(pets: Contract) -> None:
    pet, owner = pets.resources["pet"], pets.resources["owner"]
    assert (pet.name, pet.service, pet.key, pet.id_pattern) == ("Pet", "pets", "id", "{n}")
    assert (owner.name, owner.key, owner.id_pattern) == ("owner", "name", "uuid")
    assert (pet.owner, dict(pet.unique), pet.lifecycle) == (None, {}, None)


def test_the_notes_say_what_each_operation_does_and_what_is_left_out(pets: Contract) -> None:
    assert set(pets.notes) == {
        "pets.yaml:10 #/paths/~1pet/post/requestBody/content: only the JSON of several media types is honoured",
        "pets.yaml:16 #/paths/~1pet/post/responses/200/content: only the JSON of several media types is honoured",
        "pets.yaml:19 #/paths/~1pet/post/responses/default: the response `default` names no single status",
        "pets.yaml:23 #/paths/~1pet/get/parameters/1: parameters in `cookie` are not read",
        "pets.yaml:41 #/paths/~1pet~1{petId}/patch/responses/2XX: the response `2XX` names no single status",
        "pets.yaml:46 #/paths/~1pet~1{petId}/delete/responses: pets.deletePet declares no success",
        "pets.yaml:54 #/paths/~1pet~1{petId}~1photo/post/requestBody: the request body is image/png, not JSON",
        "pets.yaml:68 #/paths/~1pet~1many/post/responses/default: the response `default` names no single status",
        "pets.yaml:84 #/components/securitySchemes/apiKey/type: the security scheme `apiKey` is not honoured",
        "pets.addPet (POST /pet): creates in `pet`",
        "pets.get_pet (GET /pet): lists `pet`",
        "pets.get_pet_petId (GET /pet/{petId}): reads from `pet`",
        "pets.changePet (PATCH /pet/{petId}): updates in `pet`",
        "pets.deletePet (DELETE /pet/{petId}): answers 400 without content",
        "pets.addPhoto (POST /pet/{petId}/photo): answers an example made from its schema",
        "pets.addPets (POST /pet/many): answers an example made from its schema",
        "pets.owner (GET /owner/{name}): reads from `owner`",
    }


def test_answers_without_a_single_status_stand_in_where_nothing_else_does(pets: Contract) -> None:
    assert sorted(pets.operations["pets.addPet"].responses) == [200]
    assert pets.operations["pets.changePet"].success.status == 200
    assert pets.operations["pets.addPets"].success.status == 200
    assert pets.operations["pets.deletePet"].success.status == 400


def test_the_json_of_several_media_types_is_chosen(pets: Contract) -> None:
    assert pets.operations["pets.addPet"].success.media_type == "application/json"
    body = pets.operations["pets.addPet"].body
    assert body is not None
    assert body.media_type == "application/json"


def test_what_cannot_be_honoured_is_left_out(pets: Contract) -> None:
    assert [parameter.name for parameter in pets.operations["pets.get_pet"].parameters] == ["tag"]
    assert pets.operations["pets.addPhoto"].body is None
    assert not pets.operations["pets.addPet"].secured, "an API key cannot be asked for"
    assert pets.operations["pets.addPet"].problems == {}


def test_an_answer_without_an_example_gets_one_that_its_schema_accepts(pets: Contract) -> None:
    success = pets.operations["pets.addPhoto"].success
    assert success.schema is not None
    assert success.examples == {"default": {"url": "https://example.com/"}}
    assert success.schema.is_valid(success.examples["default"])


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ({"name": "Rex"}, True),
        ({"name": "Rex", "tag": None}, True),
        ({"name": "Rex", "tag": "bad"}, True),
        ({"name": "Rex", "tag": "other"}, False),
        ({"name": "Rex", "age": 0.5}, True),
        ({"name": "Rex", "age": 0}, False),
        ({"name": "Rex", "born": "as it likes"}, True),
    ],
)
def test_schemas_of_openapi_3_0_mean_what_they_say(pets: Contract, value: object, *, valid: bool) -> None:
    assert pets.resources["pet"].schema.is_valid(value) is valid


def test_a_part_in_json_is_read_as_openapi_3_0_too(pets: Contract) -> None:
    owner = pets.resources["owner"].schema
    assert owner.is_valid({"name": None})
    assert owner.properties["smile"].default == "😀"
    assert [path.name for path in pets.files] == ["owner.json", "pets.yaml"]


def test_a_document_with_only_webhooks_is_a_service_without_operations() -> None:
    hooks = load(HERE / "hooks" / "hooks.json")
    assert hooks.services["hooks"].operations == ()
    assert hooks.notes == ("hooks.json:4 #/webhooks: webhooks are not called",)


def test_two_documents_may_store_things_of_the_same_name(tmp_path: Path) -> None:
    for name in ("cats", "dogs"):
        shutil.copytree(HERE / "foreign", tmp_path, dirs_exist_ok=True)
        (tmp_path / "pets.yaml").rename(tmp_path / f"{name}.yaml")
    contract = load(tmp_path)
    assert sorted(contract.services) == ["cats", "dogs"]
    assert sorted(contract.resources) == ["dogs_pet", "owner", "pet"]


def test_foreign_documents_beside_ours_are_held_to_their_own_rules(tmp_path: Path) -> None:
    shutil.copytree(HERE / "tickets", tmp_path, dirs_exist_ok=True)
    shutil.copytree(HERE / "foreign", tmp_path / "openapi", dirs_exist_ok=True)
    contract = load(tmp_path)
    assert sorted(contract.services) == ["mail", "pets", "tickets"]
    assert contract.operations["tickets.create"].action is Action.CREATE
    assert not any(note.startswith("tickets.") for note in contract.notes)


MINIMAL = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    post:
      operationId: things.make
      responses: {'201': {description: It., content: {application/json: {schema: SCHEMA}}}}
"""


def implied(directory: Path, schema: str) -> tuple[str, str] | None:
    path = directory / "things.yaml"
    path.write_text(MINIMAL.replace("SCHEMA", schema), encoding="utf-8")
    resource = next(iter(load(path).resources.values()), None)
    return None if resource is None else (resource.key, resource.id_pattern)


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ("{properties: {id: {type: string}}}", ("id", "uuid")),
        ("{properties: {id: {type: string, format: uuid}}}", ("id", "uuid")),
        ("{properties: {id: {type: string, maxLength: 8}}}", ("id", "{n}")),
        ("{properties: {id: {type: integer}}}", ("id", "{n}")),
        ("{properties: {name: {type: string}}}", None),
        ("{type: array, items: {properties: {id: {type: string}}}}", None),
    ],
)
def test_what_is_only_created_is_stored_if_it_has_an_id(
    tmp_path: Path, schema: str, found: tuple[str, str] | None
) -> None:
    assert implied(tmp_path, schema) == found


def test_the_service_is_what_the_operation_ids_begin_with(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(MINIMAL.replace("SCHEMA", "{type: object}"), encoding="utf-8")
    contract = load(tmp_path)
    assert list(contract.operations) == ["things.make"]
    assert list(contract.services) == ["things"]


ANSWERS = """\
openapi: 3.1.0
info: {title: Answers, version: '1'}
paths:
  /photo: {get: {operationId: photo, responses: {'200': {description: A photo., content: {image/png: {}}}}}}
  /text: {get: {operationId: text, responses: {'200': {description: A text., content: {text/plain: {example: Hi}}}}}}
  /none: {get: {operationId: none, responses: {'204': {description: Nothing.}}}}
  /shown:
    get:
      operationId: shown
      parameters: [{name: Authorization, in: header, schema: {type: string}}]
      responses: {'200': {description: It., content: {application/json: {schema: {type: integer, examples: [7, 8]}}}}}
  /told:
    get:
      operationId: told
      responses: {'200': {description: It., content: {application/vnd.it+json: {schema: {example: 9}}}}}
"""


def test_an_answer_is_its_example_however_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text(ANSWERS, encoding="utf-8")
    contract = load(tmp_path)
    assert contract.notes == (
        "answers.photo (GET /photo): answers 501, because it shows no example of its image/png",
        "answers.text (GET /text): answers its example",
        "answers.none (GET /none): answers 204 without content",
        "answers.shown (GET /shown): answers its example",
        "answers.told (GET /told): answers its example",
    )
    shown = contract.operations["answers.shown"]
    assert shown.success.examples == {"default": 7}
    assert shown.parameters == (), "OpenAPI says that this header is described by the security scheme"
    assert contract.operations["answers.told"].success.examples == {"default": 9}
    assert contract.operations["answers.text"].success.examples == {"default": "Hi"}
