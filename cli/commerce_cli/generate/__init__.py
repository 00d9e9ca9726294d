"""The generator of clients: a contract is read into small values, and templates print these."""
