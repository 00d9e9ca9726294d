"""Both sides are started on free ports of their own and give their users tokens."""

import jwt
import pytest

from benchmarks.failure import BenchmarkError
from benchmarks.routes import contract_routes
from benchmarks.sides import SECRET, Mock, free_ports, registration, token


def test_ports_that_are_asked_for_together_differ() -> None:
    assert len(set(free_ports([str(number) for number in range(20)]).values())) == 20


def test_a_token_names_its_user_and_is_signed_with_the_secret_that_the_mock_is_started_with() -> None:
    assert jwt.decode(token("ann"), SECRET, algorithms=["HS256"])["sub"] == "ann"


def test_registrations_are_unique() -> None:
    made = [registration(number) for number in range(50)]
    assert len({body["email"] for body in made}) == len({body["username"] for body in made}) == 50


def test_a_mock_is_started_with_further_options_of_serve() -> None:
    routes = contract_routes()
    mock = Mock(routes, ("--events", "pigeon://nowhere"))
    with pytest.raises(BenchmarkError, match="a broker's URL begins with"), mock.server(None):
        pass
