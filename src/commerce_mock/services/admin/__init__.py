"""The mock's own controls, described by `openapi/mock-admin.yaml`: a module for each of its capabilities."""

from commerce_mock.services.admin import outages, records, time, worlds

RULES = {**records.RULES, **time.RULES, **outages.RULES, **worlds.RULES}
OPTIONAL = frozenset({"admin.settle"})  # only where there are payments to settle
