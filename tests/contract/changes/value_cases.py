"""Changes of what requests, answers and events may hold."""

from contract.changes.shops import EVENTS, HTTP, Case

VALUE_CASES: dict[str, Case] = {
    "request property": (
        [(HTTP, "        secret: {type: string, writeOnly: true}\n", "")],
        {"request-property-removed"},
        {"request-property-added"},
    ),
    "required request property": (
        [
            (HTTP, "        secret:", "        extra: {type: string}\n        secret:"),
            (HTTP, "required: [name]", "required: [name, extra]"),
            (HTTP, "{name: Tea, size: small, pay", "{name: Tea, extra: x, pay"),
        ],
        {"request-required-property-added"},
        {"request-property-removed"},
    ),
    "request must": (
        [(HTTP, "required: [name]", "required: [name, size]")],
        {"request-property-required"},
        {"request-property-optional"},
    ),
    "request value": (
        [(HTTP, "size: {enum: [small, large], default", "size: {enum: [small, large, huge], default")],
        {"request-value-added"},
        {"request-value-removed"},
    ),
    "request bound": ([(HTTP, "maximum: 10}", "maximum: 20}")], {"request-wider"}, {"request-narrower"}),
    "request type": (
        [(HTTP, "maxItems: 5, items: {type: string}", "maxItems: 5, items: {type: integer}")],
        {"request-changed"},
        {"request-changed"},
    ),
    "request pattern": ([(HTTP, "'^[A-Z]+$'", "'^[A-Z]*$'")], {"request-undecided"}, {"request-undecided"}),
    "answer's property": (
        [(HTTP, "        note: {type: string}\n", "")],
        {"response-property-removed"},
        {"response-property-added"},
    ),
    "answer's required property": (
        [
            (HTTP, "        note:", "        extra: {type: string}\n        note:"),
            (HTTP, "status, price]", "status, price, extra]"),
            (HTTP, "price: 7}", "price: 7, extra: x}"),
        ],
        {"response-required-property-added"},
        {"response-property-removed"},
    ),
    "answer must": (
        [(HTTP, "status, price]", "status]")],
        {"response-property-optional"},
        {"response-property-required"},
    ),
    "answer's value": (
        [(HTTP, "size: {enum: [small, large]}", "size: {enum: [small, large, huge]}")],
        {"response-value-added"},
        {"response-value-removed"},
    ),
    "answer's bound": ([(HTTP, "maximum: 100}", "maximum: 200}")], {"response-wider"}, {"response-narrower"}),
    "answer's type": (
        [(HTTP, "note: {type: string}", "note: {type: integer}")],
        {"response-changed"},
        {"response-changed"},
    ),
    "answer's pattern": ([(HTTP, "'^[a-z]+$'", "'^[a-z]*$'")], {"response-undecided"}, {"response-undecided"}),
    "event's property": (
        [(EVENTS, "          label: {type: string}\n", "")],
        {"event-property-removed"},
        {"event-property-added"},
    ),
    "event's required property": (
        [
            (EVENTS, "[event_type, offer_id]", "[event_type, offer_id, extra]"),
            (EVENTS, "          label:", "          extra: {type: string}\n          label:"),
            (EVENTS, "offer_id: offer-1}", "offer_id: offer-1, extra: x}"),
        ],
        {"event-required-property-added"},
        {"event-property-removed"},
    ),
    "event must": (
        [(EVENTS, "[event_type, offer_id]", "[event_type]")],
        {"event-property-optional"},
        {"event-property-required"},
    ),
    "event's value": ([(EVENTS, "[low, high]", "[low, high, top]")], {"event-value-added"}, {"event-value-removed"}),
    "event's bound": ([(EVENTS, "maximum: 100}", "maximum: 200}")], {"event-wider"}, {"event-narrower"}),
    "event's type": (
        [(EVENTS, "label: {type: string}", "label: {type: integer}")],
        {"event-changed"},
        {"event-changed"},
    ),
    "event's pattern": ([(EVENTS, "'^m'", "'^n'")], {"event-undecided"}, {"event-undecided"}),
    "event's header": (
        [(EVENTS, "headers: {type: object, required: [id]", "headers: {type: object, required: []")],
        {"event-property-optional"},
        {"event-property-required"},
    ),
    "words": ([(HTTP, "summary: Make an offer", "summary: Offer something")], {"text-changed"}, {"text-changed"}),
}
