"""What all comparisons of one run share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from commerce_contract.changes.containment import Containment
from commerce_contract.changes.finding import Concern
from commerce_contract.changes.side import Side
from commerce_contract.discover import LANGUAGES


@dataclass(frozen=True)
class Scope:
    """The two contracts, and what compares their schemas; lives for one comparison."""

    old: Side
    new: Side
    containment: Containment = field(default_factory=Containment)

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Old name to new name, where one service alone is gone and one is new: those are the same.

        A document whose operations name no service gives it the name of its file.
        """
        gone = [name for name in self.old.contract.services if name not in self.new.contract.services]
        came = [name for name in self.new.contract.services if name not in self.old.contract.services]
        return {gone[0]: came[0]} if len(gone) == len(came) == 1 else {}

    def old_name(self, service: str) -> str:
        """What a service of the new contract is called in the old one."""
        return next((old for old, new in self.renamed.items() if new == service), service)

    def concern(self, name: str, service: str, language: str = "openapi") -> Concern:
        """Something of a service, with the documents whose versions speak for it. Either contract's name will do."""
        service = self.renamed.get(service, service)
        files = self.old.file_of(self.old_name(service), language), self.new.file_of(service, language)
        return Concern(name, service, files)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """New document to old: of the same name, else of the same service and language."""
        found = {file: file for file in self.new.documents if file in self.old.documents}
        for language in LANGUAGES:
            before = {service.name: document.file for service, document in self.old.speaking(language)}
            for service, document in self.new.speaking(language):
                old = before.get(self.old_name(service.name))
                if old is not None and old not in found:
                    found.setdefault(document.file, old)
        return found
