"""Changes of services, operations and what travels with them, schemas apart."""

from contract.changes.shops import HTTP, Case

PING = "        '204': {description: It is there.}\n"
JSON = "content: {application/json: {schema: {type: object}, example: {}}}"
BODY = f"      requestBody: {{required: true, {JSON}}}\n"
WHY = """      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {why: {type: string}}}
"""
OFFERED = "The offer.\n          content:\n            application/offer+json"
MORE = """
  /pong:
    get: {operationId: shop.pong, security: [], responses: {'204': {description: It is there.}}}
  /ping:"""
CODE = "SHOP_004: {value: {type: 'about:x', title: X, status: 422, code: SHOP_004}}"
CODES = "                SHOP_003: {value: {type: 'about:wrong', title: Wrong, status: 422, code: SHOP_003}}\n"

HTTP_CASES: dict[str, Case] = {
    "service": (
        [(HTTP, "operationId: shop.", "operationId: stall.")],
        {"service-renamed"},
        {"service-renamed"},
    ),
    "version": ([(HTTP, "version: 1.2.0", "version: 1.3.0")], {"version-changed"}, {"version-changed"}),
    "server moves": ([(HTTP, "localhost:3900", "localhost:3901")], {"server-moved"}, {"server-moved"}),
    "second server": (
        [(HTTP, "'http://localhost:3900'}", "'http://localhost:3900'}, {url: 'http://b.example'}")],
        {"server-added"},
        {"server-removed"},
    ),
    "operation": ([(HTTP, "\n  /ping:", MORE)], {"operation-added"}, {"operation-removed"}),
    "path": ([(HTTP, "  /ping:", "  /pings:")], {"operation-moved"}, {"operation-moved"}),
    "name": ([(HTTP, "shop.ping", "shop.pings")], {"operation-renamed"}, {"operation-renamed"}),
    "target": ([(HTTP, "x-moves-to: closed", "x-moves-to: sold")], {"moves-to-changed"}, {"moves-to-changed"}),
    "emitted": (
        [(HTTP, "x-emits: [offer_closed]", "x-emits: [offer_closed, offer_made]")],
        {"emits-added"},
        {"emits-removed"},
    ),
    "idempotency": (
        [(HTTP, "        - {name: Idempotency-Key, in: header, schema: {type: string, maxLength: 99}}\n", "")],
        {"idempotency-removed"},
        {"idempotency-added"},
    ),
    "token": (
        [(HTTP, "      security: []\n", "")],
        {"security-added"},
        {"security-removed"},
    ),
    "scope": (
        [(HTTP, "security: [{bearerAuth: []}]", "security: [{bearerAuth: [read]}]")],
        {"security-changed"},
        {"security-changed"},
    ),
    "parameter": (
        [(HTTP, "        - {name: dry, in: query, schema: {type: boolean, default: false}}\n", "")],
        {"parameter-removed"},
        {"parameter-added"},
    ),
    "required parameter": (
        [(HTTP, "        - {name: tenant, in: query, required: true, schema: {type: string}}\n", "")],
        {"parameter-removed"},
        {"required-parameter-added"},
    ),
    "parameter must": (
        [(HTTP, "{name: dry, in: query,", "{name: dry, in: query, required: true,")],
        {"parameter-required"},
        {"parameter-optional"},
    ),
    "path parameter": (
        [(HTTP, "offer_id}", "id}"), (HTTP, "name: offer_id", "name: id")],
        {"path-parameter-renamed"},
        {"path-parameter-renamed"},
    ),
    "parameter's default": ([(HTTP, "default: false", "default: true")], {"default-changed"}, {"default-changed"}),
    "body": ([(HTTP, WHY, "")], {"body-removed"}, {"body-added"}),
    "required body": (
        [(HTTP, WHY, WHY.replace("        content:", "        required: true\n        content:"))],
        {"body-required"},
        {"body-optional"},
    ),
    "new required body": (
        [(HTTP, "      operationId: shop.ping\n", f"      operationId: shop.ping\n{BODY}")],
        {"required-body-added"},
        {"body-removed"},
    ),
    "media type of a body": (
        [(HTTP, WHY, WHY.replace("/json", "/why+json"))],
        {"request-media-type-added", "request-media-type-removed"},
        {"request-media-type-added", "request-media-type-removed"},
    ),
    "success": (
        [(HTTP, PING, PING + "        '202': {description: Soon.}\n")],
        {"success-added"},
        {"success-removed"},
    ),
    "failure": ([(HTTP, PING, PING + "        '500': {description: No.}\n")], {"error-added"}, {"error-removed"}),
    "content": (
        [(HTTP, "'503': {description: Out of order.}", f"'503': {{description: Out of order., {JSON}}}")],
        {"response-body-added"},
        {"response-body-removed"},
    ),
    "media type of an answer": (
        [(HTTP, "The offer.\n          content:\n            application/json", OFFERED)],
        {"response-media-type-added", "response-media-type-removed"},
        {"response-media-type-added", "response-media-type-removed"},
    ),
    "header": (
        [(HTTP, "            X-Hint: {schema: {type: string}}\n", "")],
        {"header-removed"},
        {"header-added"},
    ),
    "required header": (
        [(HTTP, "            Location: {required: true, schema: {type: string}}\n", "")],
        {"header-removed"},
        {"required-header-added"},
    ),
    "header must": (
        [(HTTP, "X-Hint: {schema", "X-Hint: {required: true, schema")],
        {"header-required"},
        {"header-optional"},
    ),
    "header's schema": (
        [(HTTP, "X-Hint: {schema: {type: string}}", "X-Hint: {schema: {type: string, maxLength: 9}}")],
        {"response-narrower"},
        {"response-wider"},
    ),
    "problem": (
        [(HTTP, "[SHOP_002, SHOP_003]", "[SHOP_002, SHOP_003, SHOP_004]"), (HTTP, CODES, f"{CODES}{' ' * 16}{CODE}\n")],
        {"problem-added"},
        {"problem-removed"},
    ),
    "problem's status": (
        [(HTTP, "'409':", "'403':"), (HTTP, "status: 409", "status: 403")],
        {"problem-moved"},
        {"problem-moved"},
    ),
    "problem's type": ([(HTTP, "about:taken", "about:t")], {"problem-type-changed"}, {"problem-type-changed"}),
}
