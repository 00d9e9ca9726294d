"""The objects of OpenAPI 3, AsyncAPI 3 and JSON Schema, and what stands in their fields.

A row names an object's fields. A bare field is a plain value; `=kind` holds one object, `=[kind]` a list of them,
`={kind}` a mapping by free names, `=<kind>` a mapping that may also carry `x-` keys of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Shape(Enum):
    """How many objects a field holds."""

    ONE = ""
    LIST = "[]"
    NAMED = "{}"
    EXTENSIBLE = "<>"


@dataclass(frozen=True, slots=True)
class Field:
    """What a field holds; `kind` is empty for plain values."""

    shape: Shape
    kind: str


_SCHEMA: Final = {
    "schema": """
        $ref $schema $comment $defs={schema} definitions={schema} type enum const default examples example title
        description format deprecated readOnly writeOnly multipleOf maximum exclusiveMaximum minimum exclusiveMinimum
        maxLength minLength pattern maxItems minItems uniqueItems maxContains minContains maxProperties minProperties
        required dependentRequired allOf=[schema] anyOf=[schema] oneOf=[schema] not=schema if=schema then=schema
        else=schema dependentSchemas={schema} prefixItems=[schema] items=schema contains=schema
        properties={schema} patternProperties={schema} additionalProperties=schema propertyNames=schema
        unevaluatedItems=schema unevaluatedProperties=schema contentEncoding contentMediaType contentSchema
        discriminator=discriminator xml externalDocs=link_out""",
    "discriminator": "propertyName mapping",
    "link_out": "description url",
    "tag": "name description externalDocs=link_out",
    "contact": "name url email",
    "license": "name identifier url",
    "info": """title summary description termsOfService version contact=contact license=license
        tags=[tag] externalDocs=link_out""",
    "server_variable": "enum default description examples",
}

OPENAPI: Final = {
    "document": """openapi info=info jsonSchemaDialect servers=[server] paths=<path_item> webhooks={path_item}
        components=components security tags=[tag] externalDocs=link_out""",
    "server": "url description variables={server_variable}",
    "components": """schemas={schema} responses={response} parameters={parameter} examples={example}
        requestBodies={body} headers={header} securitySchemes={security_scheme} links={link} callbacks={callback}
        pathItems={path_item}""",
    "path_item": """summary description servers=[server] parameters=[parameter] get=operation put=operation
        post=operation delete=operation options=operation head=operation patch=operation trace=operation""",
    "operation": """tags summary description externalDocs=link_out operationId parameters=[parameter] requestBody=body
        responses=<response> callbacks={callback} deprecated security servers=[server]""",
    "parameter": """name in description required deprecated allowEmptyValue style explode allowReserved schema=schema
        example examples={example} content={media}""",
    "body": "description content={media} required",
    "media": "schema=schema example examples={example} encoding={encoding}",
    "encoding": "contentType headers={header} style explode allowReserved",
    "response": "description headers={header} content={media} links={link}",
    "header": """description required deprecated allowEmptyValue style explode allowReserved schema=schema example
        examples={example} content={media}""",
    "callback": "*=path_item",
    "example": "summary description value externalValue",
    "link": "operationRef operationId parameters requestBody description server=server",
    "security_scheme": "type description name in scheme bearerFormat flows openIdConnectUrl",
    **_SCHEMA,
}

ASYNCAPI: Final = {
    "document": """asyncapi id info=info servers={server} defaultContentType channels={channel}
        operations={async_operation} components=components""",
    "server": """host protocol protocolVersion pathname description title summary variables={server_variable} security
        tags=[tag] externalDocs=link_out bindings=bindings""",
    "components": """schemas={schema} servers={server} channels={channel} operations={async_operation}
        messages={message} securitySchemes={security_scheme} serverVariables={server_variable}
        parameters={channel_parameter} correlationIds={correlation_id} replies={reply} replyAddresses={reply_address}
        externalDocs={link_out} tags={tag} operationTraits={async_operation} messageTraits={message}
        serverBindings={bindings} channelBindings={bindings} operationBindings={bindings} messageBindings={bindings}""",
    "channel": """address messages={message} title summary description servers=[server] parameters={channel_parameter}
        tags=[tag] externalDocs=link_out bindings=bindings""",
    "channel_parameter": "enum default description examples location",
    "async_operation": """action channel=channel title summary description security tags=[tag] externalDocs=link_out
        bindings=bindings traits=[async_operation] messages=[message] reply=reply""",
    "reply": "address=reply_address channel=channel messages=[message]",
    "reply_address": "description location",
    "correlation_id": "description location",
    "message": """headers=schema payload=payload correlationId=correlation_id contentType name title summary description
        tags=[tag] externalDocs=link_out bindings=bindings examples=[message_example] traits=[message]""",
    "message_example": "name summary headers payload",
    "bindings": "*",
    "security_scheme": "type description name in scheme bearerFormat flows openIdConnectUrl scopes",
    **_SCHEMA,
    "payload": _SCHEMA["schema"] + " schemaFormat schema=schema",
}


def _parse(rows: Mapping[str, str]) -> Mapping[str, Mapping[str, Field]]:
    return {kind: dict(map(_field, row.split())) for kind, row in rows.items()}


def _field(text: str) -> tuple[str, Field]:
    name, _, kind = text.partition("=")
    shape = Shape(kind[:1] + kind[-1:]) if kind[:1] in {"[", "{", "<"} else Shape.ONE
    return name, Field(shape, kind.strip("[]{}<>"))


GRAMMARS: Final = {"openapi": _parse(OPENAPI), "asyncapi": _parse(ASYNCAPI)}
ANY: Final = "*"  # the field of an object whose names are free
