"""The mock over HTTP."""
