"""Who tells what to whom, laid out to be drawn: a lane for each service, a row for each event."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from commerce_contract import Contract, Event

HEAD = 34  # height of a lane's box
STEP = 54  # between two rows
LETTER = 7.6  # width of a letter
EDGE = 6
LOOP = 30  # how far the arrow reaches out that a service sends itself
STUB = 26  # length of an arrow that reaches nobody
ELSEWHERE = "elsewhere"  # who sends what no document says to be sent


@dataclass(frozen=True, slots=True)
class Row:
    """One event, drawn at height `y` from `start`: an arrow to each who hears it, SVG paths.

    `label` is where the middle of its words is, `causes` are the operations that send it.
    """

    event: Event
    sender: str
    y: float
    start: float
    arrows: Sequence[str]
    label: float
    causes: str


@dataclass(frozen=True, slots=True)
class Choreography:
    """All that a page draws of the events, in SVG's units; `told` says the same in words.

    `lanes` are the middles of the services' lanes. `bars` (middle, top, bottom) join what a service hears to what it
    sends later.
    """

    width: float
    height: float
    box_width: float
    box_height: float
    lanes: Mapping[str, float]
    rows: Sequence[Row]
    bars: Sequence[tuple[float, float, float]]
    told: str


def draw(contract: Contract) -> Choreography | None:
    """Lay out the events of a contract, in the order of time if its examples tell a time; None where there are none."""
    events = list(contract.events.values())
    if not events:
        return None
    times = {event.type: _time(event) for event in events}
    in_time = all(times.values())
    if in_time:
        events.sort(key=lambda event: times[event.type])
    causes = {event.type: _causes(event, contract) for event in events}
    lanes, distance, wide = _lanes(events, causes)
    rows = [
        _row(event, lanes, distance, HEAD + EDGE + STEP * (index + 0.75), causes[event.type])
        for index, event in enumerate(events)
    ]
    reach = max(max(lanes.values()) + wide / 2, *(row.label + distance / 2 for row in rows), *(_looped(rows)))
    return Choreography(
        reach + EDGE,
        HEAD + EDGE + STEP * (len(rows) + 0.25),
        wide,
        HEAD,
        lanes,
        rows,
        list(_bars(rows, lanes, times)) if in_time else [],
        "; ".join(_told(row) for row in rows),
    )


def sender_of(event: Event) -> str:
    """The service that sends an event, its channel's where several do; `elsewhere` where it is only received."""
    senders = [end.service for end in event.ends if end.action == "send"]
    if event.service in senders or (not senders and event.service not in event.receivers):
        return event.service
    return senders[0] if senders else ELSEWHERE


def _time(event: Event) -> str:
    """When the event of the first example happened; empty where it does not say."""
    headers = next((example.headers for example in event.examples if example.headers), {})
    return str(headers.get("ce-time", ""))


def _causes(event: Event, contract: Contract) -> str:
    names = [operation.name for operation in contract.operations.values() if event.type in operation.emits]
    return f"{names[0]} +{len(names) - 1}" if len(names) > 1 else "".join(names)


def _lanes(events: Sequence[Event], causes: Mapping[str, str]) -> tuple[dict[str, float], float, float]:
    """Where the lanes are (who sends first stands first), how far apart, and how wide their boxes."""
    names = dict.fromkeys([*map(sender_of, events), *(name for event in events for name in event.receivers)])
    wide = max(map(len, names)) * LETTER + 26
    words = max(len(text) for event in events for text in (event.type, causes[event.type])) * LETTER + 34
    distance = max(wide + 22, words)
    return {name: EDGE + wide / 2 + index * distance for index, name in enumerate(names)}, distance, wide


def _row(event: Event, lanes: Mapping[str, float], distance: float, y: float, causes: str) -> Row:
    sender = sender_of(event)
    start = lanes[sender]
    heard = sorted(lanes[name] for name in event.receivers)
    right, left = [x for x in heard if x > start], [x for x in reversed(heard) if x < start]
    arrows = [f"M{a:.1f} {y:.1f} H{b:.1f}" for way in (right, left) for a, b in zip([start, *way], way, strict=False)]
    if start in heard:
        arrows.append(f"M{start:.1f} {y:.1f} C{start + LOOP:.1f} {y:.1f}, {start + LOOP:.1f} {y + 20:.1f}, ")
        arrows[-1] += f"{start:.1f} {y + 20:.1f}"
    side = -1 if left and not right else 1
    if not arrows:
        arrows.append(f"M{start:.1f} {y:.1f} H{start + STUB:.1f}")
    return Row(event, sender, y, start, arrows, start + side * distance / 2, causes)


def _looped(rows: Sequence[Row]) -> Iterator[float]:
    """How far to the right arrows reach that come back."""
    yield from (row.start + LOOP for row in rows if row.sender in row.event.receivers)


def _bars(
    rows: Sequence[Row], lanes: Mapping[str, float], times: Mapping[str, str]
) -> Iterator[tuple[float, float, float]]:
    for name, x in lanes.items():
        heard = next((row for row in rows if name in row.event.receivers), None)
        if heard is not None:
            later = [row.y for row in rows if row.sender == name and times[row.event.type] > times[heard.event.type]]
            if later:
                yield x, heard.y, later[-1]


def _told(row: Row) -> str:
    return f"{row.sender} tells {row.event.type} to {', '.join(row.event.receivers) or 'nobody'}"
