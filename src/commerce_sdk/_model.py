"""What all generated models are: open to what a later contract adds."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """An object of the contract. What it does not know it keeps (`model_extra`); it is built at its first use."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="allow",
        populate_by_name=True,
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        allow_inf_nan=False,
    )

    def to_wire(self) -> dict[str, Any]:
        """What was set of it, under the names of the wire; hidden strings stay hidden."""
        return self.model_dump(by_alias=True, exclude_unset=True)
