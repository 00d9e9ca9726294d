"""Headers that are missing or wrong."""

from typing import Any, Final

from conformance.mutants.broken import Answered, Broken
from conformance.mutants.mutant import Group

GROUP: Final = Group("headers")


def _header(name: str, change: Any, status: int | None = None) -> Any:
    def rewrite(told: Answered) -> None:
        if name in told.headers and status in {None, told.status}:
            value = change(told)
            if value is None:
                del told.headers[name]
            else:
                told.headers[name] = value

    return lambda broken: broken.answers(rewrite)


for name, fault, laws, header, status, change in (
    ("location_missing", "A creation has no `Location`: a client that follows it has nowhere to go.",
     "storage headers", "location", 201, lambda _: None),
    ("location_of_collection", "`Location` is the collection: a client reads nothing there.",
     "storage headers", "location", 201, lambda told: told.headers["location"].rpartition("/")[0]),
    ("location_of_another", "`Location` leads to the resource before.", "storage headers", "location", 201,
     lambda told: "/api/orders/order-1" if "order" in told.headers["location"] else told.headers["location"]),
    ("location_without_prefix", "`Location` lacks the prefix that the gateway strips.", "storage headers", "location",
     201, lambda told: told.headers["location"].removeprefix("/api")),
    ("location_of_another_host", "`Location` names a host within, which no client reaches.", "headers storage",
     "location", 201, lambda told: f"http://orders.internal:8080{told.headers['location']}/"),
    ("challenge_missing", "A 401 has no `WWW-Authenticate`, so that libraries do not know what to do.", "headers auth",
     "www-authenticate", 401, lambda _: None),
    ("challenge_is_basic", "A 401 asks for a password: browsers open a dialogue.", "headers auth",
     "www-authenticate", 401, lambda _: 'Basic realm="shop"'),
    ("allow_missing", "A 405 does not say which methods there are.", "undocumented", "allow", 405,
     lambda _: None),
    ("allow_wrong", "A 405 names methods that the path does not have.", "undocumented", "allow", 405,
     lambda _: "GET, POST, PUT, PATCH, DELETE"),
    ("request_id_missing", "The id of a request does not come back: nobody finds it in the logs.",
     "headers auth", "x-request-id", None, lambda _: None),
    ("request_id_of_its_own", "The id of a request is replaced: the client's and the service's logs do not meet.",
     "headers auth", "x-request-id", None, lambda _: "00000000-0000-4000-8000-000000000000"),
    ("json_as_text", "JSON comes as text: libraries do not read it.", "lifecycle documented", "content-type", 200,
     lambda told: "text/plain" if "json" in told.headers["content-type"] else told.headers["content-type"]),
    ("content_type_missing", "Answers have no media type: browsers guess.", "lifecycle documented", "content-type", 200,
     lambda _: None),
):  # fmt: skip
    GROUP.add(name, fault, laws, _header(header, change, status))


@GROUP.mutant(
    "An answer has properties that no document names: clients come to rely on them.", "lifecycle undocumented"
)
def undocumented_property(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200:
            told.json["_id"] = "65f1c0ffee"

    broken.answers(change, "orders.get")


@GROUP.mutant("An item of an order has a column of the database that no document names.", "lifecycle undocumented")
def undocumented_nested_property(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 201:
            for item in told.json["items"]:
                item["warehouse"] = "W1"

    broken.answers(change, "orders.create")


@GROUP.mutant(
    "Absent properties are `null`, which the document does not allow: typed clients fail.", "lists documented"
)
def absent_is_null(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status in {200, 201}:
            told.json.setdefault("paymentId")

    broken.answers(change, "orders.get", "orders.create")


@GROUP.mutant("A required property is left out where it is false.", "documented storage")
def false_is_left_out(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status in {200, 201} and not told.json["is_verified"]:
            del told.json["is_verified"]

    broken.answers(change, "users.get", "users.create")


@GROUP.mutant("Times have no zone: clients show them hours off.", "lists documented")
def times_without_zone(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status in {200, 201}:
            told.json["createdAt"] = told.json["createdAt"].removesuffix("Z")

    broken.answers(change, "orders.get", "orders.create")


@GROUP.mutant("Times are seconds since 1970: clients that parse ISO 8601 fail.", "storage documented")
def times_are_numbers(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200:
            told.json["created_at"] = 1700000000

    broken.answers(change, "users.get")


@GROUP.mutant("A state that no document names is shown while an order is moved.", "lifecycle documented")
def undocumented_state(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200 and told.json["status"] == "processing":
            told.json["status"] = "in_progress"

    broken.answers(change, "orders.get", "orders.set_status")


@GROUP.mutant("A list is bare, without its envelope: clients find no `orders`.", "lists documented")
def list_without_envelope(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status == 200:
            told.json = told.json["orders"]

    broken.answers(change, "orders.list_for_user")


@GROUP.mutant("Properties are in another case than the document's: clients find none.", "documented storage")
def properties_in_snake_case(broken: Broken) -> None:
    def change(told: Answered) -> None:
        if told.status in {200, 201}:
            told.json["total_amount"] = told.json.pop("totalAmount")

    broken.answers(change, "orders.get")
