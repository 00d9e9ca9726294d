"""What the checks look at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from commerce_contract.document import Document
from commerce_contract.events import Message
from commerce_contract.model import Event, Resource, Service
from commerce_contract.reading import Reading
from commerce_contract.services import Declared
from commerce_contract.walk import Found


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that was read from the documents, raw and as values; lives for one `load`.

    `services` are given by the OpenAPI document that describes them, `senders` by the AsyncAPI document that speaks for
    them.
    """

    reading: Reading
    objects: Sequence[Found]
    services: Mapping[Document, Service]
    senders: Mapping[Document, str]
    operations: Sequence[Declared]
    resources: Sequence[Resource]
    messages: Sequence[Message]
    events: Mapping[str, Event]

    def of_kind(self, *kinds: str) -> Iterator[Found]:
        """The objects of these kinds."""
        return (found for found in self.objects if found.kind in kinds)

    @property
    def all_resources(self) -> bool:
        """Whether every declared resource could be read."""
        declared = sum("x-resource" in found.node.value for found in self.of_kind("schema"))
        return declared <= len(self.resources)

    @property
    def our_operations(self) -> Iterator[Declared]:
        """The operations of our documents, which are held to every rule."""
        return (each for each in self.operations if each.node.document in self.reading.ours)
