"""Brokers as URLs name them, and that nothing secret of a URL is shown."""

import pytest

from commerce_mock.transports import brokers
from commerce_mock.transports.brokers import BrokerRefusedError, broker, chosen

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        ("redis://localhost", "redis", "redis://localhost:6379/0"),
        (f"redis://user:{SECRET}@localhost:6379/0?socket_timeout=1", "redis", "redis://localhost:6379/0"),
        ("redis://:6400/3", "redis", "redis://localhost:6400/3"),
        ("redis://localhost?db=3", "redis", "redis://localhost:6379/3"),
        (f"rediss://:{SECRET}@cache.example/", "redis", "rediss://cache.example:6379/0"),
        (f"unix://:{SECRET}@/run/redis.sock?db=2", "redis", "unix:///run/redis.sock?db=2"),
        ("unix:///run/redis.sock", "redis", "unix:///run/redis.sock?db=0"),
        (f"amqp://guest:{SECRET}@localhost/", "rabbitmq", "amqp://localhost:5672/"),
        (f"amqps://guest:{SECRET}@mq.example/shop?heartbeat=5", "rabbitmq", "amqps://mq.example:5671/shop"),
        ("redis://[::1]:6379", "redis", "redis://[::1]:6379/0"),
    ],
)
def test_a_broker_has_one_name_however_its_url_is_spelt(url: str, kind: str, name: str) -> None:
    found = broker(url)
    assert (found.kind, found.name, found.url) == (kind, name, url)
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"kafka://user:{SECRET}@localhost", "begins with redis://, rediss://, unix://, amqp://, amqps://"),
        (f"user:{SECRET}@localhost", "begins with"),
        ("", "begins with"),
        (f"redis://user:{SECRET}@localhost:port", "no URL of a broker: write redis://localhost:6379/0 or amqp://"),
        (f"redis://user:{SECRET}@[::1", "no URL of a broker"),
        (f"redis://user:{SECRET}@localhost/orders", "the number of its database"),
        (f"unix://user:{SECRET}@", "names no socket"),
    ],
)
def test_what_is_no_broker_is_refused_and_not_repeated(url: str, told: str) -> None:
    with pytest.raises(BrokerRefusedError, match=told) as caught:
        broker(url)
    assert SECRET not in str(caught.value)


def test_a_broker_that_is_named_twice_is_one() -> None:
    assert [each.name for each in chosen(["redis://localhost", "amqp://localhost/", "redis://localhost:6379/0"])] == [
        "redis://localhost:6379/0", "amqp://localhost:5672/",
    ]  # fmt: skip


def test_a_missing_package_is_told_with_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brokers, "find_spec", lambda _: None)
    with pytest.raises(BrokerRefusedError, match=r"needs the package redis: pip install 'commerce-sdk\[events\]'"):
        chosen(["redis://localhost"])
    with pytest.raises(BrokerRefusedError, match="needs the package aiormq, redis: pip install"):
        chosen(["redis://localhost", "amqp://localhost"])
