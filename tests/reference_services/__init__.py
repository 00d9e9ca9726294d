"""The platform's services once more, as service teams would write them: FastAPI, in memory, Redis Streams.

Written from the documents alone, never from the mock: where the conformance suite says that both conform, two readings
agree. Each of the faults in `faults.py` can be switched on, to show that the suite finds it.
"""
