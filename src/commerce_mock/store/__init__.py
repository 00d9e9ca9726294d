"""Where a world's state lives."""
