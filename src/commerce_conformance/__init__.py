"""The conformance suite: whether services keep the contract, by laws that are derived from it."""
