"""The faults of the reference services, switched on one by one: what the conformance suite must find.

The services are an implementation of the documents that shares nothing with the mock; `running.py` runs the suite on
them with one fault, `outcomes.json` keeps which laws found it.
"""
