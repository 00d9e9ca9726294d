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
        # What was changed since it was made is judged again: money stays exact, and what is secret stays hidden.
        validate_assignment=True,
        revalidate_instances="always",
    )

    def __repr_args__(self) -> Any:
        # Nobody has said which of the properties that it does not know are secret: none of them is shown.
        return [each for each in super().__repr_args__() if each[0] in type(self).model_fields]

    def to_wire(self) -> dict[str, Any]:
        """What was set of it, under the names of the wire; hidden strings stay hidden."""
        return self.model_dump(by_alias=True, exclude_unset=True, warnings=False)
