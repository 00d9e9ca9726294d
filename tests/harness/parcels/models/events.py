"""The one event of the parcels' contract."""

from datetime import datetime
from typing import Literal

from commerce_sdk._event import Event
from commerce_sdk._model import Model
from commerce_sdk.money import Money


class ParcelSentData(Model):
    """What the event tells."""

    postage: Money
    sent_at: datetime


class ParcelSent(Event):
    """A parcel is on its way."""

    event_type: Literal["parcel_sent"]
    parcel_id: str
    data: ParcelSentData
