"""What is said of a RabbitMQ that does not serve."""

import aiormq
import pytest

from commerce_mock.transports.rabbitmq_connection import UnnamableError, close, told


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TimeoutError(), "RabbitMQ does not answer"),
        (ConnectionResetError("by peer"), "no connection to RabbitMQ (ConnectionResetError)"),
        (
            aiormq.ChannelAccessRefused("ACCESS_REFUSED - access to exchange 'order_events' refused for user 'shop'"),
            "RabbitMQ refuses: ACCESS_REFUSED - access to exchange 'order_events'",
        ),
        (
            aiormq.ProbableAuthenticationError("ACCESS_REFUSED - login of shop was refused"),
            "RabbitMQ refuses the user, the password or the virtual host of the URL",
        ),
        (UnnamableError("a{b}"), "RabbitMQ can have no exchange that is named like the channel 'a{b}'"),
    ],
)
def test_an_error_is_told_without_whom_the_url_names(error: Exception, text: str) -> None:
    assert told(error) == text


@pytest.mark.anyio
async def test_without_a_connection_there_is_none_to_close() -> None:
    await close(None)
