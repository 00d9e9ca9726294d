"""A stateful mock of the platform's services, run from their contract."""
