"""Rules for what requests, answers and events may hold."""

from typing import Final

from commerce_contract.changes.rule import BOTH, CLIENTS, SAFE, SERVICES, Breaks, Rule, Sureness, rules

_UNDECIDED: Final = "Whether the old schema and the new one accept the same cannot be told here: look at it."


def _undecided(about: str, usage: str) -> Rule:
    sentence = "A schema changed in a way that cannot be judged"
    return Rule(f"{usage}-undecided", about, sentence, Breaks.NOBODY, _UNDECIDED, Sureness.UNDECIDED)


def _produced(about: str, usage: str, what: str) -> tuple[Rule, ...]:
    """The rules for what services produce: answers and events."""
    return (
        *rules(
            about,
            (f"{usage}-property-added", SAFE, "An optional property is new", f"{what} are open: clients pass over it."),
            (f"{usage}-required-property-added", SERVICES, "A property that is always there is new",
             "Clients pass over it, but a service that conformed does not send it."),
            (f"{usage}-property-removed", CLIENTS, "A property is gone", "Clients that read it do not find it."),
            (f"{usage}-property-required", SERVICES, "A property is always there now",
             "A service that conformed may leave it out."),
            (f"{usage}-property-optional", CLIENTS, "A property may be missing now",
             "Clients that rely on it do not always find it."),
            (f"{usage}-value-added", SAFE, "A listed value is new",
             "The contract says that enums may gain values, and that clients survive them."),
            (f"{usage}-value-removed", SERVICES, "A listed value is gone", "A service that conformed may send it."),
            (f"{usage}-wider", CLIENTS, "Values are possible that were not",
             "Clients may meet what the old schema ruled out."),
            (f"{usage}-narrower", SERVICES, "Values are ruled out that were possible",
             "A service that conformed may send what the new schema refuses."),
            (f"{usage}-changed", BOTH, "Some values are ruled out and others are possible now",
             "Clients may meet what the old schema ruled out, services may send what the new one refuses."),
        ),
        _undecided(about, usage),
    )  # fmt: skip


SCHEMA_RULES: Final = (
    *rules(
        "Values of requests",
        ("request-property-added", SERVICES, "An optional property is new",
         "Who does not send it sees no difference, but a service that conformed does not act on it."),
        ("request-required-property-added", BOTH, "A property that must be sent is new",
         "What clients send is refused without it, and services have to refuse that."),
        ("request-property-removed", BOTH, "A property is gone",
         "What clients send in it is not acted on any more, and services have to pass over it."),
        ("request-property-required", BOTH, "A property must be sent now",
         "Clients that leave it out are refused, and services have to refuse them."),
        ("request-property-optional", SERVICES, "A property may be left out now",
         "Services have to accept requests without it."),
        ("request-value-added", SERVICES, "A listed value is new", "Services have to accept it."),
        ("request-value-removed", BOTH, "A listed value is gone",
         "Clients that send it are refused, and services have to refuse it."),
        ("request-wider", SERVICES, "Values are accepted that were refused", "Services have to accept them."),
        ("request-narrower", BOTH, "Values are refused that were accepted",
         "Clients that send them are refused, and services have to refuse them."),
        ("request-changed", BOTH, "Some values are refused and others are accepted now",
         "Clients that send the former are refused, and services have to accept the latter."),
        ("default-changed", BOTH, "A default is another",
         "Who leaves the value out asks for something else, and services have to fill in the new one."),
        ("property-problem-changed", BOTH, "`x-problem`: the code for a wrong value is another",
         "Clients that act on the code do not see it, and services have to answer the new one."),
        ("property-hidden", BOTH, "A property is `writeOnly` or `readOnly` now",
         "Clients find it in no answer (`writeOnly`), or what they send in it is not taken (`readOnly`)."),
        ("property-shown", SERVICES, "A property is not `writeOnly` or `readOnly` any more",
         "Services have to show it, or to take it from requests."),
    ),
    _undecided("Values of requests", "request"),
    *_produced("Values of answers", "response", "Answers"),
    *_produced("Values of events", "event", "Events"),
)  # fmt: skip
