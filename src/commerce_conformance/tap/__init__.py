"""The tap on the platform's events: what the services publish while a run lasts, from wherever they publish it."""

from commerce_conformance.tap.choosing import SCHEMES, tap
from commerce_conformance.tap.tapped import Tap, TappedEvent

__all__ = ["SCHEMES", "Tap", "TappedEvent", "tap"]
