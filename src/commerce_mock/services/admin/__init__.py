"""The mock's own controls, described by `openapi/mock-admin.yaml`: a module for each of its capabilities."""

from commerce_mock.services.admin import (
    auth,
    coverage,
    faults,
    idempotency,
    outages,
    recording,
    records,
    requests,
    scenario,
    settlement,
    snapshots,
    state,
    time,
    worlds,
)

RULES = {
    **auth.RULES,
    **coverage.RULES,
    **faults.RULES,
    **idempotency.RULES,
    **recording.RULES,
    **records.RULES,
    **requests.RULES,
    **scenario.RULES,
    **time.RULES,
    **outages.RULES,
    **settlement.RULES,
    **snapshots.RULES,
    **state.RULES,
    **worlds.RULES,
}
OPTIONAL = frozenset({"admin.settle"})  # only where there are payments to settle
