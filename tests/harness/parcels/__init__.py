"""A contract of one event, as the generator would print it: what tests of the runtime stand on."""

from functools import partial

from commerce_sdk import _event

TYPES = {"parcel_sent": "events:ParcelSent"}
parse = partial(_event.parse, types=TYPES, package=__name__)
