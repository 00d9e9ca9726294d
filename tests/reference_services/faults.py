"""The mistakes that can be switched on, one by one, where a real team would make them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

FAULTS: Final[Mapping[str, str]] = {
    # users
    "uniqueness_case_sensitive": "Two people register Ann@x.com and ann@x.com, and mail for one reaches the other.",
    "uniqueness_lost_by_update": "Once a user has changed their name, somebody else can register their address.",
    "update_loses_phone": "Whoever corrects their name finds their phone number gone.",
    "password_in_answer": "The password stands in every log and cache between the service and the client.",
    # orders
    "cancel_allowed_in_shipped": "An order is cancelled and refunded while the parcel is on its way.",
    "limit_off_by_one": "A page of ten has eleven entries, so the last shows again on the next page.",
    "total_counts_page": "A pager that trusts `total` stops after the first page.",
    "filter_ignored": "Whoever asks for pending orders is shown delivered ones.",
    "foreign_orders_in_list": "A customer sees what other people ordered.",
    "oldest_first": "The order that was just placed is missing from the first page.",
    "float_total": "Three times 0.10 costs 0.30000000000000004, and no payment matches that.",
    "undocumented_property": "Clients come to rely on a column of the database that nobody promised.",
    "event_missing": "Nobody hears of the order: no mail, no stock reserved.",
    "event_twice": "Under two ids, so that no consumer can tell: two mails are sent, the stock is reserved twice.",
    "event_for_refused_call": "Stock is reserved for an order that was never placed.",
    "payment_does_not_confirm": "The order is paid and never sent.",
    "no_ownership_check_on_cancel": "Anybody who guesses an order's number cancels it.",
    "wrong_code": "A client that tells ORDER_003 from other problems cannot handle a missing order.",
    "location_missing": "A client that follows `Location` after a create has nowhere to go.",
    "metrics_not_moving": "The dashboard shows a shop without orders, and the alarm goes off.",
    # payments
    "refund_over_total": "More is paid back than was ever paid.",
    "double_pay_race": "A double click on `pay` charges the card twice.",
    "card_number_in_event": "Every consumer of the event, and the broker's disk, holds card numbers.",
    "event_wrong_amount": "Bookkeeping books cents as dollars.",
    "breaker_never_opens": "Each payment waits for a service that is down, until the payment service is down too.",
    # all services
    "idempotency_ignored": "A client that repeats a request after a lost answer orders or pays twice.",
    "idempotency_key_shared": "A caller is given another caller's order, because both chose the same key.",
    "crash_on_missing_property": "A forgotten property looks like an outage: clients retry, and somebody is paged.",
    "problem_as_plain_json": "A client that knows problems by their media type takes one for a result.",
    "expired_token_accepted": "A stolen token works for ever.",
    "signature_not_checked": "Anybody writes themselves a token with the role `admin`.",
    "health_always_healthy": "Nobody is called while a dependency is down.",
    "ready_while_dependency_down": "The load balancer keeps sending requests to a service that can answer none.",
}


class Faults:
    """Which mistakes are made; lives as long as its service. Raises ValueError where one of the names is unknown."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = set(names)
        if unknown := sorted(self._names - FAULTS.keys()):
            raise ValueError(f"no such fault: {', '.join(unknown)}; there are {', '.join(sorted(FAULTS))}")

    def on(self, name: str) -> bool:
        """Whether this mistake is made."""
        if name not in FAULTS:
            raise KeyError(name)
        return name in self._names

    @contextmanager
    def making(self, name: str) -> Iterator[None]:
        """Make this mistake for a while."""
        faulty = {*self._names, name}
        Faults(faulty)
        before, self._names = self._names, faulty
        try:
            yield
        finally:
            self._names = before
