"""The second engine: Schemathesis generates requests from the documents, and what it finds becomes findings."""

from commerce_conformance.generated.engine import generate

__all__ = ["generate"]
