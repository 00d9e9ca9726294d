"""Operations emit events that exist, and every event is sent by somebody who has a reason to."""

from commerce_contract.checks.subject import Subject
from commerce_contract.document import Node
from commerce_contract.events import ends_of


def check(subject: Subject) -> None:
    """Find events that nobody emits, and emissions and receivers of what is no event."""
    emitted: set[str] = set()
    for each in subject.operations:
        declared = each.node.below("x-emits")
        if declared.value is None:
            continue
        if not isinstance(declared.value, list):
            subject.reading.fault(declared, "x-emits must be a list of event types", f"Write [{declared.value}]")
            emitted.add(str(declared.value))
        for node in declared.elements():
            _emits(subject, each.operation.service, node)
            emitted.add(str(node.value))
    _senders(subject, emitted)
    _ends(subject)


def _emits(subject: Subject, service: str, node: Node) -> None:
    event = subject.events.get(str(node.value))
    if event is None and str(node.value) in _unread(subject):
        return
    if event is None:
        known = ", ".join(subject.events) or "none"
        hint = f"Declare it in an AsyncAPI document; the events are {known}"
        subject.reading.fault(node, f"`{node.value}` is no event", hint)
    elif event.service != service:
        message = f"`{node.value}` is an event of {event.service}, not of {service}"
        subject.reading.fault(node, message, f"Let an operation of {event.service} emit it")


def _unread(subject: Subject) -> set[str]:
    """The names of messages that are refused elsewhere, because they lead nowhere or do not name their event."""
    nameless = {message.node.uri for message in subject.messages if message.event_type is None}
    names = set()
    for document in subject.senders:
        for _, channel in document.root.below("channels").members():
            for name, reference in channel.below("messages").members():
                node = subject.reading.follow(reference)
                if node is None or node.uri in nameless:
                    names.add(name)
    return names


def _senders(subject: Subject, emitted: set[str]) -> None:
    sent = {end.uri for document in subject.senders for end, _ in ends_of(subject.reading, document, "send")}
    for message in subject.messages:
        if message.event_type is None or message.node.document not in subject.reading.ours:
            continue
        if message.node.uri not in sent:
            what = f"no operation of its document sends the event `{message.event_type}`"
            subject.reading.fault(message.node, what, "Add it to an operation with `action: send`")
        if message.event_type not in emitted:
            hint = f"Add it to `x-emits` of the operation of {message.service} that causes it"
            subject.reading.fault(message.node, f"nothing emits the event `{message.event_type}`", hint)


def _ends(subject: Subject) -> None:
    known = {message.node.uri for message in subject.messages}
    for document in subject.senders:
        for action in ("send", "receive"):
            for end, place in ends_of(subject.reading, document, action):
                if end.uri not in known:
                    message = f"what the operation {action}s is no message of any channel"
                    subject.reading.fault(place, message, "Refer to a message below `channels`, with $ref")
