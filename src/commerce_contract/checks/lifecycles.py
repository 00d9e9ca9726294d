"""Transitions lead from and to known states, and operations move resources that have states."""

from commerce_contract.checks.subject import Subject
from commerce_contract.document import Node
from commerce_contract.services import Declared


def check(subject: Subject) -> None:
    """Find transitions and moves that make no sense."""
    before = len(subject.reading.faults)
    for found in subject.of_kind("schema"):
        if "x-transitions" in found.node.value:
            _transitions(subject, found.node)
    if len(subject.reading.faults) > before or not subject.all_resources:
        return  # where states or resources are unknown, moves cannot be judged
    for each in subject.operations:
        if each.node.get("x-moves-to") is not None:
            _move(subject, each)


def _transitions(subject: Subject, schema: Node) -> None:
    declared, states = schema.below("x-transitions"), schema.get("enum")
    refuse = subject.reading.fault
    if not isinstance(states, list) or not all(isinstance(state, str) for state in states):
        refuse(declared, "x-transitions stands on a schema that is no enum of strings", "List the states in `enum`")
        return
    if not isinstance(declared.value, dict) or not declared.value:
        refuse(declared, "x-transitions must map each state to a list of states", "Write {first: [last], last: []}")
        return
    for state in states:
        if state not in declared.value:
            refuse(
                declared, f"x-transitions does not say what `{state}` may become", f"Add `{state}: []` if it is final"
            )
    for state, targets in declared.members():
        if state not in states:
            refuse(targets, f"`{state}` is no state", f"The states are {', '.join(states)}")
        if not isinstance(targets.value, list):
            refuse(targets, f"`{state}` must map to a list of states", "Write [] if it is final")
        for target in targets.elements():
            if target.value not in states:
                message = f"`{state}` may become `{target.value}`, which is no state"
                refuse(target, message, f"The states are {', '.join(states)}")


def _move(subject: Subject, each: Declared) -> None:
    target, resource = each.node.below("x-moves-to"), each.operation.resource
    if resource is None or resource.lifecycle is None:
        message = f"{each.operation.name} moves nothing: it is about no resource with x-transitions"
        hint = "Answer the resource, or continue the path under which it is read"
        subject.reading.fault(target, message, hint)
    elif target.value not in resource.lifecycle.transitions:
        hint = f"The states are {', '.join(resource.lifecycle.transitions)}"
        subject.reading.fault(target, f"`{target.value}` is no state of {resource.name}", hint)
