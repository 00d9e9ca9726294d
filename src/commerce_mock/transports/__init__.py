"""Where events go besides the world, and come from: the outbox, the relay process, and the brokers that it serves."""
