"""Lists that foreign contracts describe in ways of their own; the pages of ours are in the tests of their services."""

from pathlib import Path

import pytest

from harness.platform import Platform

DOCUMENT = """
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'201': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
    get:
      parameters:
        - {name: colour, in: query, schema: {type: array, items: {type: string}}, explode: false}
        - {name: limit, in: query, schema: {type: string}}
        - {name: offset, in: query, schema: {type: integer}}
      responses:
        '200':
          description: x
          content:
            application/json:
              schema:
                type: object
                required: [warnings, things, page]
                properties:
                  warnings: {type: array, items: {type: string}}
                  things: {type: array, items: {$ref: '#/components/schemas/Thing'}}
                  total: {type: integer}
                  page: {type: string}
              example: {warnings: [slow], things: [], page: first}
  /things/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas:
    Thing: {type: object, properties: {id: {type: string}, colour: {type: string}}}
"""


def things(tmp_path: Path, *colours: str, document: str = DOCUMENT) -> Platform:
    (tmp_path / "things.yaml").write_text(document)
    platform = Platform(tmp_path, judged=False)
    for number, colour in enumerate(colours, 1):
        platform.post("things", "/things", {"id": str(number), "colour": colour})
    return platform


def test_the_list_of_the_resource_is_filled_and_what_else_is_required_is_as_the_example_shows_it(
    tmp_path: Path,
) -> None:
    page = things(tmp_path, "red").get("things", "/things").json
    assert page == {"warnings": ["slow"], "things": [{"id": "1", "colour": "red"}], "total": 1, "page": "first"}


def test_one_of_several_wanted_values_is_enough(tmp_path: Path) -> None:
    page = things(tmp_path, "red", "green", "blue").get("things", "/things?colour=red,blue").json
    assert [thing["id"] for thing in page["things"]] == ["3", "1"]
    assert page["total"] == 2


def test_a_limit_that_is_no_number_and_a_negative_offset_limit_nothing(tmp_path: Path) -> None:
    platform = things(tmp_path, "red", "green")
    for query in ("limit=all", "offset=-1", "limit=1"):  # to this contract all of them are text or any integer
        assert len(platform.get("things", f"/things?{query}").json["things"]) == 2
    assert len(platform.get("things", "/things?offset=1").json["things"]) == 1


@pytest.mark.parametrize("many", [2**31, 2**63, 10**20, 10**300])
def test_however_many_are_asked_for_the_page_is_what_is_there(tmp_path: Path, many: int) -> None:
    document = DOCUMENT.replace("limit, in: query, schema: {type: string}", "limit, in: query, schema: {type: integer}")
    platform = things(tmp_path, "red", "green", document=document)

    def ids(query: str) -> list[str]:
        return [thing["id"] for thing in platform.get("things", f"/things?{query}").json["things"]]

    assert ids(f"limit={many}") == ids(f"limit={many}&colour=red,green") == ["2", "1"]
    assert ids(f"limit=1&offset={many}") == ids(f"limit=1&offset={many}&colour=red") == []
