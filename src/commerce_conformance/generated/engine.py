"""Schemathesis on the services of a run: its own engine, in this process, with nothing of it left on the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import schemathesis
from hypothesis import configuration
from schemathesis.core.errors import SchemathesisError
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.hooks import HookContext
from schemathesis.schemas import BaseSchema

from commerce_conformance.generated.checks import registered
from commerce_conformance.generated.configured import configured
from commerce_conformance.generated.living import Living
from commerce_conformance.generated.tallied import Tally
from commerce_conformance.law import Finding
from commerce_conformance.probing import unreachable
from commerce_conformance.session import Session
from commerce_conformance.settings import Settings
from commerce_conformance.supply import Supply
from commerce_conformance.unreachable import UnreachableError
from commerce_contract import Service


def generate(session: Session, supply: Supply, settings: Settings) -> Iterator[Finding]:
    """Test every service of the run by generated requests; a finding for each check and operation, service by service.

    A service that does not answer, and what Schemathesis cannot generate, is not reachable and never a failure.
    """
    for service in session.contract.services.values():
        wanted = not settings.services or service.name in settings.services
        if wanted and session.reaches(service.name) and service.operations:
            yield from _tested(service, session, supply, settings)


def _tested(service: Service, session: Session, supply: Supply, settings: Settings) -> list[Finding]:
    operations = {f"{operation.method} {operation.path}": operation for operation in service.operations}
    living = Living(session.contract, supply, operations)
    tally = Tally(operations, session, living)
    for reason in unreachable(session.contract, {service.name: settings.urls[service.name]}).values():
        tally.silent("", reason)  # Schemathesis would wait for it
        return list(tally.findings())
    with _kept_nowhere(), registered(operations, living):
        try:
            schema = _schema(service, session, settings)
            _hook(schema, living)
            for event in from_schema(schema).execute():
                _hear(event, tally)
        except SchemathesisError as error:
            tally.silent("", f"Schemathesis cannot read the document: {_line(error)}")
    return list(tally.findings())


def _schema(service: Service, session: Session, settings: Settings) -> BaseSchema:
    document = next(each for each in service.documents if each not in service.event_documents)
    config = configured(list(service.operations), settings, settings.urls[service.name])
    return schemathesis.openapi.from_path(session.contract.root / document, config=config)


def _hook(schema: BaseSchema, living: Living) -> None:
    """Give a schema our callers and our data. Examples of the document are live too."""

    def enliven(context: HookContext, examples: list[Any]) -> None:
        examples[:] = [living.map_case(context, each) for each in examples]

    class Callers:
        """Who calls, as Schemathesis asks for it: a class of its own for each schema, for it is made without words."""

        def get(self, _case: Any, _context: Any) -> str | None:
            try:
                return living.actor().header
            except UnreachableError:
                return None

        def set(self, case: Any, data: str, _context: Any) -> None:
            case.headers["Authorization"] = data

    schema.hooks.register_hook_with_name(living.map_case, "map_case")
    schema.hooks.register_hook_with_name(enliven, "before_add_examples")
    schema.auth(refresh_interval=None)(Callers)


def _hear(event: events.EngineEvent, tally: Tally) -> None:
    if isinstance(event, events.ScenarioFinished):
        tally.scenario(event)
    elif isinstance(event, events.NonFatalError):
        tally.silent(event.label if event.related_to_operation else "", f"{event.info.title}: {_line(event.value)}")
    elif isinstance(event, events.FatalError):
        tally.silent("", f"Schemathesis ended early: {_line(event.exception)}")
    elif isinstance(event, events.EngineFinished) and event.stop_reason is StopReason.SERVER_UNAVAILABLE:
        tally.silent("", "the service stopped answering")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


@contextmanager
def _kept_nowhere() -> Iterator[None]:
    """What Hypothesis would write into the working directory goes to a temporary one, and away."""
    before = vars(configuration).get("__hypothesis_home_directory")
    with TemporaryDirectory(prefix="conformance-", ignore_cleanup_errors=True) as directory:
        configuration.set_hypothesis_home_dir(directory)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)
