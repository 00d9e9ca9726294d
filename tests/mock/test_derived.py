"""Derived behaviour, by a service that no rule is written for (`notes/`)."""

from pathlib import Path
from typing import Any

import pytest

from commerce_mock import derived
from commerce_mock.call import Rule
from commerce_mock.listing import listing
from harness.platform import Answered, Platform

NOTES = Path(__file__).parent / "notes"


class Notes:
    """The service in process, with short verbs."""

    def __init__(self) -> None:
        self.platform = Platform(NOTES, judged=False)
        self.ann, self.bob = self.platform.token("ann"), self.platform.token("bob")

    def write(self, title: str, token: str | None = None, **more: Any) -> Answered:
        return self.platform.post("notes", "/notes", {"title": title, **more}, token or self.ann)

    def read(self, note: str = "note-1") -> dict[str, Any]:
        found: dict[str, Any] = self.platform.get("notes", f"/notes/{note}", self.platform.admin).json
        return found

    def change(self, note: str = "note-1", **changes: Any) -> Answered:
        return self.platform.send("notes", "PATCH", f"/notes/{note}", changes, self.ann)

    def review(self, **body: Any) -> Answered:
        return self.platform.send("notes", "PUT", "/notes/note-1/review", body or None, self.ann)

    def archive(self, note: str = "note-1", token: str | None = None) -> Answered:
        return self.platform.post("notes", f"/notes/{note}/archive", token=token or self.ann)

    def listed(self, query: str = "", token: str | None = None) -> list[str]:
        found: list[dict[str, Any]] = self.platform.get("notes", f"/notes{query}", token or self.ann).json
        return [note["title"] for note in found]

    def events(self) -> list[dict[str, Any]]:
        return [event["payload"] for event in self.platform.events()]


@pytest.fixture
def notes() -> Notes:
    return Notes()


def test_what_is_written_belongs_to_the_caller_and_begins_in_the_first_state(notes: Notes) -> None:
    written = notes.write("One", starred=True, status="published", secret="hush")
    assert written.status == 201
    assert written.headers["location"] == "/notes/note-1"
    assert (
        written.json
        == notes.read()
        == {
            "id": "note-1",
            "author": "ann",
            "title": "One",
            "status": "draft",
            "starred": True,
            "createdAt": "2026-01-01T00:00:00Z",
        }
    )


def test_a_default_of_the_schema_fills_what_is_missing(notes: Notes) -> None:
    assert notes.write("One").json["starred"] is False


def test_only_the_privileged_write_for_others(notes: Notes) -> None:
    refused = notes.write("One", author="bob")
    assert (refused.status, refused.code) == (403, "FORBIDDEN")
    assert notes.write("One", notes.platform.admin, author="bob").json["author"] == "bob"


def test_an_id_may_be_chosen_once(notes: Notes) -> None:
    assert notes.write("One", id="first").json["id"] == "first"
    refused = notes.write("Two", id="first")
    assert (refused.status, refused.code, refused.pointers) == (409, "NOTE_EXISTS", ["/id"])
    assert notes.write("Two").status == 201


def test_a_unique_value_is_taken_and_given_back(notes: Notes) -> None:
    notes.write("One")
    notes.write("Two")
    taken = notes.write("ONE")
    assert (taken.status, taken.code, taken.pointers) == (409, "TITLE_TAKEN", ["/title"])
    clash = notes.change(title="two")
    assert (clash.status, clash.code) == (409, "TITLE_TAKEN")
    assert notes.change(title="one").json["title"] == "one"
    assert notes.change(title="Three").json["title"] == "Three"
    assert notes.write("One").status == 201


def test_a_change_merges_objects_dates_itself_and_leaves_key_and_owner(notes: Notes) -> None:
    notes.write("One", form={"font": "Serif", "size": 10})
    notes.platform.advance(5)
    changed = notes.change(form={"size": 12}, id="other", author="bob", starred=True)
    assert changed.json == {
        "id": "note-1",
        "author": "ann",
        "title": "One",
        "status": "draft",
        "starred": True,
        "form": {"font": "Serif", "size": 12},
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:05Z",
    }
    assert notes.read("other")["code"] == "NOT_FOUND"


def test_a_body_that_names_a_state_moves_and_one_that_does_not_only_changes(notes: Notes) -> None:
    notes.write("One")
    assert notes.review(starred=True).json["status"] == "draft"
    moved = notes.review(starred=False, status="published")
    assert (moved.json["status"], moved.json["starred"]) == ("published", False)
    refused = notes.review(status="published")
    assert (refused.status, refused.code, refused.pointers) == (409, "CONFLICT", ["/status"])
    assert notes.review(status="draft").status == 409


def test_a_request_without_a_body_changes_nothing(notes: Notes) -> None:
    before = notes.write("One").json
    assert notes.review().json == {**before, "updatedAt": before["createdAt"]}


def test_a_move_dates_the_state_and_is_shown_as_its_answer_says(notes: Notes) -> None:
    notes.write("One")
    notes.platform.advance(60)
    archived = notes.archive()
    assert archived.json == {"id": "note-1", "archivedAt": "2026-01-01T00:01:00Z", "status": "archived"}
    assert notes.read()["archivedAt"] == "2026-01-01T00:01:00Z"
    assert notes.archive().code == "CONFLICT"


def test_what_is_nobody_s_or_another_s_is_refused(notes: Notes) -> None:
    notes.write("One")
    assert (notes.archive("note-9").status, notes.archive("note-9").code) == (404, "NOT_FOUND")
    assert (notes.archive(token=notes.bob).status, notes.read()["status"]) == (403, "draft")


def test_a_list_is_the_caller_s_own_unless_they_may_see_all(notes: Notes) -> None:
    notes.write("One")
    notes.write("Two", notes.bob)
    notes.write("Three")
    assert notes.listed() == ["Three", "One"]
    assert notes.listed(token=notes.bob) == ["Two"]
    assert notes.listed(token=notes.platform.admin) == ["Three", "Two", "One"]
    assert notes.listed("?author=bob", notes.platform.admin) == ["Two"]
    assert notes.platform.get("notes", "/notes?author=bob", notes.ann).code == "FORBIDDEN"


def test_a_list_is_filtered_by_what_names_a_property_and_cut_to_a_page(notes: Notes) -> None:
    for number in range(5):
        notes.write(f"n{number}", starred=number % 2 == 0)
    notes.archive("note-1")
    assert notes.listed("?starred=true") == ["n4", "n2", "n0"]
    assert notes.listed("?starred=true&status=draft") == ["n4", "n2"]
    assert notes.listed("?limit=2") == ["n4", "n3"]
    assert notes.listed("?limit=2&offset=3") == ["n1", "n0"]
    assert notes.listed("?offset=3") == ["n1", "n0"]
    assert notes.listed("?starred=false&offset=1") == ["n1"]
    assert notes.listed("?limit=0") == []
    assert notes.listed("?limit=-1&offset=-1") == ["n4", "n3", "n2", "n1", "n0"]


def test_an_event_is_filled_by_name_and_told_when_its_operation_succeeds(notes: Notes) -> None:
    notes.write("One")
    assert notes.events() == [
        {
            "event_type": "note_written",
            "note_id": "note-1",
            "data": {"title": "One", "created_at": "2026-01-01T00:00:00Z"},
        }
    ]


def test_an_event_that_is_named_after_a_state_is_told_when_the_state_is_entered(notes: Notes) -> None:
    notes.write("One")
    notes.platform.advance(1)
    notes.review(status="published")
    assert notes.events()[1:] == [
        {"event_type": "note_published", "note_id": "note-1", "published_at": "2026-01-01T00:00:01Z"}
    ]


def test_an_event_that_the_document_does_not_allow_undoes_the_change(notes: Notes) -> None:
    notes.write("One")
    refused = notes.change(title="longer than twenty characters")
    assert refused.status == 500
    assert "event note_changed: /title must have at most 20 characters" in refused.json["detail"]
    assert notes.read()["title"] == "One"
    assert notes.change(title="Two").status == 200
    assert notes.events()[-1] == {"event_type": "note_changed", "id": "note-1", "title": "Two"}


def test_an_operation_about_nothing_stored_answers_its_example(notes: Notes) -> None:
    motto = notes.platform.get("notes", "/motto")
    assert (motto.status, motto.headers["content-type"], motto.body) == (200, "text/plain", b"Write it down")


@pytest.mark.parametrize("rule", [derived.find, listing, derived.create, derived.update, derived.move])
def test_derived_behaviour_for_an_operation_about_nothing_stored_is_a_mistake_that_is_logged(
    rule: Rule, caplog: pytest.LogCaptureFixture
) -> None:
    platform = Platform(NOTES, judged=False, rules={"notes.motto": rule})
    assert platform.get("notes", "/motto").status == 500
    assert "notes.motto is about no resource" in caplog.text


def test_no_rule_is_written_for_the_service(notes: Notes) -> None:
    assert {name for name in notes.platform.unruled() if name.startswith("notes.")} == {
        name for name in notes.platform.contract.operations if name.startswith("notes.")
    }


def test_a_rule_for_an_operation_that_is_not_there_is_refused() -> None:
    with pytest.raises(LookupError, match=r"notes\.burn"):
        Platform(NOTES, rules={"notes.burn": lambda tx, call: pytest.fail(f"{tx} {call}")})
