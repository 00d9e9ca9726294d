"""The platform's OpenAPI and AsyncAPI documents read into frozen values: `load()` is the way in."""

from commerce_contract.discover import NoContractError
from commerce_contract.load import load
from commerce_contract.model import (
    Action,
    Body,
    Channel,
    Contract,
    Event,
    EventEnd,
    EventExample,
    Header,
    Lifecycle,
    Operation,
    Parameter,
    ProblemType,
    Resource,
    Response,
    Service,
)
from commerce_contract.schema import MISSING, Schema
from commerce_contract.schema_error import SchemaError
from commerce_contract.source import ContractError, Fault, Location

__all__ = [
    "MISSING",
    "Action",
    "Body",
    "Channel",
    "Contract",
    "ContractError",
    "Event",
    "EventEnd",
    "EventExample",
    "Fault",
    "Header",
    "Lifecycle",
    "Location",
    "NoContractError",
    "Operation",
    "Parameter",
    "ProblemType",
    "Resource",
    "Response",
    "Schema",
    "SchemaError",
    "Service",
    "load",
]
