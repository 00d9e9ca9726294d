"""What wrk prints becomes numbers, or a clear error."""

from pathlib import Path

import pytest

from benchmarks.failure import BenchmarkError
from benchmarks.load import Round, Traffic, parse, wrk

OUTPUT = """\
Running 3s test @ http://127.0.0.1:4000/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     0.86ms  235.21us   6.10ms   91.20%
    Req/Sec    37.31k     1.04k   38.90k    83.33%
  111336 requests in 3.00s, 42.13MB read
Requests/sec:  37112.00
Transfer/sec:     14.04MB
measured requests=111336 microseconds=3000021 p50=812 p99=1630 refused={refused} broken={broken}
"""


def test_the_measured_line_is_read_whatever_stands_around_it() -> None:
    numbers = parse(OUTPUT.format(refused=0, broken=0))
    assert numbers == {
        "requests": 111_336,
        "microseconds": 3_000_021,
        "p50": 812,
        "p99": 1_630,
        "refused": 0,
        "broken": 0,
    }


def test_refused_answers_make_the_measurement_void_and_are_counted_in_the_error() -> None:
    with pytest.raises(BenchmarkError, match="of 111336 answers 17 were 4xx or 5xx and 0 connections broke"):
        parse(OUTPUT.format(refused=17, broken=0))


def test_broken_connections_make_the_measurement_void() -> None:
    with pytest.raises(BenchmarkError, match="0 were 4xx or 5xx and 2 connections broke"):
        parse(OUTPUT.format(refused=0, broken=2))


def test_output_without_the_measured_line_is_shown_in_the_error() -> None:
    with pytest.raises(BenchmarkError, match=r"unable to connect to 127\.0\.0\.1:4000"):
        parse("unable to connect to 127.0.0.1:4000 Connection refused\n")


def test_throughput_is_requests_over_the_time_that_the_round_really_took() -> None:
    done = Round(requests=3_000, seconds=1.5, p50=1, p99=2, processor=3, busy=1)
    assert done.throughput == 2_000


def test_traffic_stores_each_request_with_its_length_and_its_very_bytes(tmp_path: Path) -> None:
    traffic = Traffic.write(tmp_path / "traffic", [b"GET / HTTP/1.1\r\n\r\n", b"a\nb"])
    assert traffic.file.read_bytes() == b"18\nGET / HTTP/1.1\r\n\r\n3\na\nb"


def test_missing_wrk_is_an_error_that_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(BenchmarkError, match="apt-get install wrk"):
        wrk()
