"""A server that does not answer, or answers otherwise than expected, is told with port and request."""

import httpx
import pytest

from benchmarks.connection import connect, expect
from benchmarks.failure import BenchmarkError
from benchmarks.sides import free_ports


def test_a_port_that_nobody_serves_is_named() -> None:
    port = free_ports(["nobody"])["nobody"]
    with pytest.raises(BenchmarkError, match=f"port {port} did not answer"), connect(port) as connection:
        connection.get("/health")


def test_another_status_than_expected_is_told_with_request_and_body() -> None:
    request = httpx.Request("POST", "http://127.0.0.1:3001/api/orders")
    answer = httpx.Response(401, text="no token", request=request)
    with pytest.raises(
        BenchmarkError, match=r"POST http://127\.0\.0\.1:3001/api/orders answered 401, not 201: no token"
    ):
        expect(answer, 201)
    expect(answer, 401)
