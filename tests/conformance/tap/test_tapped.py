"""What a tap keeps."""

from commerce_conformance.tap import Tap, tapped


class Told(Tap):
    """A tap whose events a test puts down."""

    def start(self) -> None: ...

    def close(self) -> None: ...

    def pull(self) -> None: ...


def test_only_the_last_events_are_kept() -> None:
    listening = Told("here")
    for number in range(tapped.MOST_KEPT + 5):
        listening.keep("order_events", {"event_type": f"kind-{number}"}, [])
    kept = listening.events()
    assert (len(kept), kept[0].number, kept[-1].number) == (tapped.MOST_KEPT, 6, tapped.MOST_KEPT + 5)
    assert listening.heard == tapped.MOST_KEPT + 5


def test_an_event_is_of_the_type_that_its_payload_says_else_its_header() -> None:
    listening = Told("here")
    listening.keep("a", {"event_type": "said"}, [("ce-type", "sent")])
    listening.keep("a", {"event_type": 7}, [("ce-type", "sent")])
    listening.keep("a", None, [])
    assert [heard.type for heard in listening.events()] == ["said", "sent", ""]
