"""What the user service is sent and what it answers."""

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from reference_services.fields import UNSET, Answer, Body, Name, Text

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

Email = Annotated[str, StringConstraints(max_length=254, pattern=rf"^{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{1,14}$")]
Username = Annotated[Text, Field(min_length=1, max_length=64)]
Password = Annotated[str, Field(min_length=8, max_length=128, repr=False)]
Place = Annotated[Text, Field(max_length=100)]


class Profile(Body):
    """What a user tells about themselves, sent and answered."""

    bio: Annotated[Text, Field(max_length=1000)] = Field(default=UNSET)
    country: Place = Field(default=UNSET)
    city: Place = Field(default=UNSET)


class CreateUser(Body):
    """Who registers."""

    email: Email
    username: Username
    password: Password
    first_name: Name
    last_name: Name
    phone: Phone = Field(default=UNSET)


class UpdateUser(Body):
    """What to change of a user."""

    first_name: Name = Field(default=UNSET)
    last_name: Name = Field(default=UNSET)
    phone: Phone = Field(default=UNSET)
    profile: Profile = Field(default=UNSET)

    @model_validator(mode="before")
    @classmethod
    def _something(cls, value: Any) -> Any:
        if value == {}:
            raise PydanticCustomError("empty", "needs at least one property")
        return value


class VerifyUser(Body):
    """The proof that the address is the user's."""

    verification_token: Annotated[str, Field(min_length=1, max_length=256, repr=False)]


class User(Answer):
    """A registered user."""

    id: str
    email: str
    username: str
    first_name: str
    last_name: str
    phone: str | None = None
    is_active: bool = True
    is_verified: bool = False
    created_at: str
    profile: dict[str, str] | None = None


class UserEvent(Answer):
    """One event of a user."""

    id: str
    event_type: str
    data: dict[str, str]
    created_at: str


class UserEvents(Answer):
    """The events of a user, the oldest first."""

    events: list[UserEvent]
