"""What many tests need: the mock in process, and an independent judge of what it says."""
