"""What every schema of the documents has to have: described fields, known keywords, no place for secrets in answers."""

import pytest

from contract.documents import (
    ASYNCAPI,
    KEYS,
    OPENAPI,
    SERVICES,
    Operation,
    Place,
    at,
    branches,
    contents,
    document,
    fields,
    media,
    messages,
    operations,
    reachable,
)

OPERATIONS = {operation.name: operation for operation in operations()}
KEYWORDS = frozenset(
    {
        *("$ref", "allOf", "oneOf", "type", "enum", "const", "format", "pattern", "default", "examples", "description"),
        *("properties", "required", "additionalProperties", "minProperties", "items", "minItems", "discriminator"),
        *("minimum", "maximum", "exclusiveMinimum", "multipleOf", "minLength", "maxLength", "writeOnly"),
    }
)

# Controls are read by the mock alone, which understands these too.
OF_CONTROLS = KEYWORDS | {
    "propertyNames",
    "maxProperties",
    "maxItems",
    "uniqueItems",
    "exclusiveMaximum",
    "prefixItems",
}

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


@pytest.mark.parametrize("file", [*OPENAPI, *ASYNCAPI])
def test_every_field_of_every_schema_is_described(file: str) -> None:
    silent: list[str] = []

    def visit(schema: Place) -> None:
        for name, places in fields(schema).items():
            if not any(part.value.get("description") for place in places for part in branches(place)):
                silent.append(f"{schema}/{name}")
            for place in places:
                if "properties" in place:
                    visit(place)

    for _, schema in (
        at(file, "/components/schemas").items() if "schemas" in document(file).get("components", {}) else ()
    ):
        assert schema.value["description"].endswith((".", ".\n")), schema
        visit(schema)
    for operation in OPERATIONS.values() if file in SERVICES else ():
        for content in contents(operation):
            visit(content / "schema")
    assert silent == []


ROOTS = {
    **{name: [content / "schema" for content in contents(operation)] for name, operation in OPERATIONS.items()},
    **{message.value["name"]: [message / "payload", message / "headers"] for _, _, message in messages()},
}


@pytest.mark.parametrize("roots", ROOTS.values(), ids=ROOTS)
def test_a_schema_says_nothing_that_no_reader_would_understand(roots: list[Place]) -> None:
    for root in roots:
        for schema in reachable(root, set()):
            known = OF_CONTROLS if schema.file == "openapi/mock-admin.yaml" else KEYWORDS
            assert set(schema.value) <= known | KEYS, schema
            # What a part requires, the whole has.
            required = {name for branch in branches(schema) for name in branch.value.get("required", ())}
            assert required <= set(fields(schema)) or "/allOf/" in schema.pointer, schema


@pytest.mark.parametrize(
    ("schema", "required"),
    [
        ("users/User", "id email username first_name last_name is_active is_verified created_at"),
        ("users/CreateUser", "email username password first_name last_name"),
        ("users/UserEvent", "id event_type data created_at"),
        ("orders/Order", "id userId items status totalAmount createdAt"),
        ("orders/OrderItem", "productId quantity price"),
        ("payments/Payment", "id orderId userId amount currency status createdAt"),
        ("payments/CreatePayment", "orderId userId amount currency paymentMethod"),
        ("payments/CardPaymentMethod", "type cardNumber expiryMonth expiryYear cvv"),
        ("payments/RefundPayment", "amount"),
    ],
)
def test_a_schema_requires_what_was_decided(schema: str, required: str) -> None:
    service, name = schema.split("/")
    assert at(f"openapi/{service}.yaml", f"/components/schemas/{name}").value["required"] == required.split()


@each_operation
def test_no_answer_has_a_place_for_a_secret(operation: Operation) -> None:
    for response in operation.responses.values():
        for content in media(response):
            assert not [str(s) for s in reachable(content / "schema", set()) if s.value.get("writeOnly")]


def test_secrets_are_marked_where_they_are_sent() -> None:
    sent = {
        schema.pointer.rpartition("/")[2]
        for operation in OPERATIONS.values()
        if "requestBody" in operation.place.value
        for content in media(operation.place / "requestBody")
        for schema in reachable(content / "schema", set())
        if schema.value.get("writeOnly")
    }
    assert sent == {"password", "verification_token", "cardNumber", "cvv"}
