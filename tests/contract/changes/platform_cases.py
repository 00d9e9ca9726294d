"""Changes of resources, lifecycles, events and channels, and of words."""

from contract.changes.shops import EVENTS, HTTP, MAIL, Case

EVENT = """      offer_closed: {$ref: '#/components/messages/Closed'}
      offer_lost:
        payload: {type: object, properties: {event_type: {const: offer_lost}}}
"""
LOST = (HTTP, "x-emits: [offer_closed]", "x-emits: [offer_closed, offer_lost]")
NOTE = """    Note:
      type: object
      x-resource: {collection: notes, key: id, id: uuid}
      properties: {id: {type: string}}
    Problem:
"""
BIDS = "  bids: {address: bids, messages: {offer_closed: {$ref: '#/components/messages/Closed'}}}\n"
CLOSED = "  send_closed:\n    action: send\n    channel: {$ref: '#/channels/"

PLATFORM_CASES: dict[str, Case] = {
    "resource": (
        [
            (
                HTTP,
                "    Problem:\n",
                NOTE,
            )
        ],
        {"resource-added"},
        {"resource-removed"},
    ),
    "collection": ([(HTTP, "collection: offers", "collection: bids")], {"collection-renamed"}, {"collection-renamed"}),
    "key": (
        [(HTTP, "key: id", "key: name"), (HTTP, "offer_id", "offer_name")],
        {"key-changed", "path-parameter-renamed"},
        {"key-changed", "path-parameter-renamed"},
    ),
    "id": ([(HTTP, "id: 'offer-{n}'", "id: uuid")], {"id-changed"}, {"id-changed"}),
    "owner": ([(HTTP, "owner: seller", "owner: name")], {"ownership-changed"}, {"ownership-changed"}),
    "unique": ([(HTTP, ", unique: {name: SHOP_001}", "")], {"uniqueness-removed"}, {"uniqueness-added"}),
    "code of the unique": (
        [(HTTP, "unique: {name: SHOP_001}", "unique: {name: SHOP_002}")],
        {"uniqueness-code-changed"},
        {"uniqueness-code-changed"},
    ),
    "lifecycle": (
        [
            (HTTP, "      x-transitions: {open: [sold, closed], sold: [closed], closed: []}\n", ""),
            (HTTP, "      x-moves-to: closed\n", ""),
        ],
        {"lifecycle-removed", "moves-to-changed"},
        {"lifecycle-added", "moves-to-changed"},
    ),
    "initial": (
        [(HTTP, "{open: [sold, closed], sold: [closed],", "{sold: [closed], open: [sold, closed],")],
        {"initial-state-changed"},
        {"initial-state-changed"},
    ),
    "state": (
        [(HTTP, "[open, sold, closed]", "[open, sold, closed, lost]"), (HTTP, "closed: []}", "closed: [], lost: []}")],
        {"state-added", "response-value-added"},
        {"state-removed", "response-value-removed"},
    ),
    "transition": ([(HTTP, "[sold, closed], sold", "[sold], sold")], {"transition-removed"}, {"transition-added"}),
    "event": (
        [(EVENTS, "      offer_closed: {$ref: '#/components/messages/Closed'}\n", EVENT), LOST],
        {"event-added", "emits-added"},
        {"event-removed", "emits-removed"},
    ),
    "event's channel": (
        [
            (EVENTS, "      offer_closed: {$ref: '#/components/messages/Closed'}\n", BIDS),
            (EVENTS, "offers/messages/offer_closed", "bids/messages/offer_closed"),
            (EVENTS, f"{CLOSED}offers", f"{CLOSED}bids"),
        ],
        {"event-moved", "channel-added"},
        {"event-moved", "channel-removed"},
    ),
    "receiver": (
        [(MAIL, "offers/messages/offer_made", "offers/messages/offer_closed")],
        {"receiver-added", "receiver-removed"},
        {"receiver-added", "receiver-removed"},
    ),
    "sender": (
        [(MAIL, "action: receive", "action: send")],
        {"event-senders-changed", "receiver-removed"},
        {"event-senders-changed", "receiver-added"},
    ),
    "event's media type": (
        [(EVENTS, "defaultContentType: application/json", "defaultContentType: application/cbor")],
        {"event-media-type-changed"},
        {"event-media-type-changed"},
    ),
    "message's binding": (
        [(EVENTS, "{messageType: made}", "{messageType: created}")],
        {"event-bindings-changed"},
        {"event-bindings-changed"},
    ),
    "operation's binding": (
        [(EVENTS, "{deliveryMode: 2}", "{deliveryMode: 1}")],
        {"event-bindings-changed"},
        {"event-bindings-changed"},
    ),
    "channel": (
        [(EVENTS, "\noperations:", "\n  spare: {address: spare}\noperations:")],
        {"channel-added"},
        {"channel-removed"},
    ),
    "address": ([(EVENTS, "address: offer_events", "address: bids")], {"channel-moved"}, {"channel-moved"}),
    "channel's binding": (
        [(EVENTS, "{is: routingKey}", "{is: queue}")],
        {"channel-bindings-changed"},
        {"channel-bindings-changed"},
    ),
    "broker": (
        [(EVENTS, "protocol: redis}", "protocol: redis}\n  rabbit: {host: 'localhost:5672', protocol: amqp}")],
        {"broker-added"},
        {"broker-removed"},
    ),
    "broker's address": ([(EVENTS, "localhost:6379", "localhost:6380")], {"broker-moved"}, {"broker-moved"}),
    "headers": (
        [(EVENTS, "      headers: {type: object, required: [id], properties: {id: {type: string}}}\n", "")],
        {"event-headers-removed"},
        {"event-headers-added"},
    ),
    "deprecated": (
        [(HTTP, "x-emits: [offer_closed]", "deprecated: true\n      x-emits: [offer_closed]")],
        {"deprecated"},
        {"not-deprecated"},
    ),
    "hidden": ([(HTTP, ", writeOnly: true", "")], {"property-shown"}, {"property-hidden"}),
    "code of a property": (
        [(HTTP, ", x-problem: SHOP_002", "")],
        {"property-problem-changed"},
        {"property-problem-changed"},
    ),
    "property's default": ([(HTTP, ", default: small", "")], {"default-changed"}, {"default-changed"}),
}
