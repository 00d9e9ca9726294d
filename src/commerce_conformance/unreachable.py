"""What a law could not be tested on: never a pass, and never a failure of the service."""


class UnreachableError(Exception):
    """A law cannot reach what it is about. `hook` says what would open it: an option, or an entry of the file."""

    def __init__(self, reason: str, hook: str = "") -> None:
        super().__init__(reason, hook)
        self.reason = reason
        self.hook = hook

    def __str__(self) -> str:
        return f"{self.reason}: {self.hook}" if self.hook else self.reason
