"""Commands that turn a running mock: derived from `openapi/mock-admin.yaml`, one for each of its operations."""
