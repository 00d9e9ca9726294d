"""The one exception of the harness."""


class BenchmarkError(Exception):
    """A benchmark that cannot go on; the message says what is wrong, where, and what to do next."""
