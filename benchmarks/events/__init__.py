"""What it costs that others get a mock's events: brokers, and who listens."""
