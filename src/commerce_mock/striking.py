"""Whether something goes wrong with a request: its service is down, it orders that itself, or its world has faults."""

from dataclasses import replace

from commerce_mock.behaviour import Handler
from commerce_mock.exchange import Exchange
from commerce_mock.fault_effects import Effect, Occasion, Strike
from commerce_mock.preferences import FAULT, PREFER, decides, own_strike
from commerce_mock.problems import unavailable


def strike(exchange: Exchange, handler: Handler) -> Strike | None:
    """What goes wrong with a request, None for nothing.

    Raises Problem SERVICE_UNAVAILABLE where its service is down, BAD_REQUEST where it orders what there is not.
    """
    world, request, operation = exchange.world, exchange.request, handler.operation
    if world.down and (refused := _refused(exchange, handler)):
        return refused
    occasion = Occasion(world.behaviour.contract, operation, request.path, exchange.now)
    own = own_strike(occasion, request) if PREFER in request.headers or FAULT in request.headers else None
    if own is not None and decides(own):
        return own
    found = world.faults.strike(occasion) if world.faults.active else None
    if own is None or found is None:
        return own or found
    effect = replace(found.effect, delay=found.effect.delay + own.effect.delay)
    return Strike(f"{own.told}, {found.told}", effect, found.fault, own.applied)


def _refused(exchange: Exchange, handler: Handler) -> Strike | None:
    """Nobody listens where the service was; through a gateway, which does listen, it is unavailable."""
    world, service = exchange.world, handler.operation.service
    if service in world.refusing and exchange.request.service == service:
        return Strike(f"{service} refuses", Effect(reaches=False, ending="refused"))
    if service in world.down and not handler.when_down:
        raise unavailable(f"The service {service} is marked down.")
    return None
