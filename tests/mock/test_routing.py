"""Method and path to operation, and what is no URL."""

from dataclasses import replace

import pytest

from commerce_contract import Operation
from commerce_mock.problems import Problem
from commerce_mock.routing import Routes, decode
from harness.platform import contract

ANY = contract().operations["orders.get"]


def _operation(name: str, method: str, path: str) -> Operation:
    return replace(ANY, name=name, method=method, path=path)


def _routes(*routes: str) -> Routes:
    """Routes of operations that are named after their method and path."""
    return Routes(_operation(route, *route.split(" ")) for route in routes)


def _refused(routes: Routes, method: str, path: str) -> Problem:
    with pytest.raises(Problem) as caught:
        routes.match(method, path)
    return caught.value


@pytest.mark.parametrize(
    ("method", "path", "name", "parameters"),
    [
        ("GET", "/a", "GET /a", {}),
        ("GET", "/a/1", "GET /a/{id}", {"id": "1"}),
        ("PUT", "/a/1", "PUT /a/{key}", {"key": "1"}),
        ("GET", "/a/mine", "GET /a/mine", {}),
        ("GET", "/a/user/7", "GET /a/user/{user}", {"user": "7"}),
        ("POST", "/a/7/move", "POST /a/{id}/move", {"id": "7"}),
        ("GET", "/a/7/b/8", "GET /a/{x}/b/{y}", {"x": "7", "y": "8"}),
        ("GET", "/a/7/b/last", "GET /a/{x}/b/last", {"x": "7"}),
        ("GET", "/f/report.csv", "GET /f/{name}.csv", {"name": "report"}),
        ("GET", "/f(x)/1.2", "GET /f(x)/{major}.{minor}", {"major": "1", "minor": "2"}),
    ],
)
def test_a_route_names_its_operation_and_literals_win_over_parameters(
    method: str, path: str, name: str, parameters: dict[str, str]
) -> None:
    routes = _routes(
        "GET /a/{x}/b/{y}", "GET /a/{x}/b/last", "GET /a/{id}", "PUT /a/{key}", "GET /a/mine", "GET /a", "POST /a",
        "POST /a/{id}/move", "GET /a/user/{user}", "GET /f/{name}.csv", "GET /f(x)/{major}.{minor}",
    )  # fmt: skip
    operation, found = routes.match(method, path)
    assert (operation.name, found) == (name, parameters)


@pytest.mark.parametrize(
    "path", ["", "/", "a", "/A", "/a/", "//a", "/a/1/", "/a//move", "/a/1/move/x", "/f/csv", "/fx/1.2"]
)
def test_what_no_operation_has_is_not_found(path: str) -> None:
    routes = _routes("GET /a", "GET /a/{id}", "POST /a/{id}/move", "GET /f/{name}.csv", "GET /f(x)/{major}.{minor}")
    assert _refused(routes, "GET", path).code == "NOT_FOUND"
    assert routes.methods(path) == []


def test_a_long_path_is_not_repeated_in_full() -> None:
    assert len(str(_refused(_routes(), "GET", "/" + "x" * 10_000).detail)) < 300


@pytest.mark.parametrize("path", ["/a/%zz", "/a/%", "/a/%4", "/a/%ff", "/a/%00", "/%c3%28", "/none/%", "/none/\ud800"])
def test_a_malformed_path_is_a_bad_request(path: str) -> None:
    assert _refused(_routes("GET /a/{id}"), "GET", path).code == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("order-1", "order-1"),
        ("a%2Fb", "a/b"),
        ("a%2fb", "a/b"),
        ("%25", "%"),
        ("%2525", "%25"),
        ("%C3%A9", "é"),
        ("%F0%9F%98%80", "😀"),
        ("a+b", "a+b"),
        ("%20", " "),
        ("%7e", "~"),
    ],
)
def test_a_path_parameter_is_decoded_once(text: str, decoded: str) -> None:
    routes = _routes("GET /a/{id}", "GET /a/{id}/b")
    assert routes.match("GET", f"/a/{text}")[1] == {"id": decoded}
    assert routes.match("GET", f"/a/{text}/b")[1] == {"id": decoded}
    assert decode(text) == decoded


def test_a_wrong_method_is_told_the_right_ones() -> None:
    routes = _routes("GET /a/{id}", "PUT /a/{key}", "POST /a", "DELETE /x/{y}/z")
    for path, allow in (("/a/1", "GET, HEAD, PUT"), ("/a", "POST"), ("/x/1/z", "DELETE")):
        problem = _refused(routes, "PATCH", path)
        assert (problem.code, problem.headers[b"allow"].decode()) == ("METHOD_NOT_ALLOWED", allow)
        assert ", ".join(routes.methods(path)) == allow


def test_head_is_answered_by_get() -> None:
    routes = _routes("GET /a/{id}", "PUT /a/{key}", "POST /a")
    operation, parameters = routes.match("HEAD", "/a/1")
    assert (operation.name, parameters) == ("GET /a/{id}", {"id": "1"})
    assert _refused(routes, "HEAD", "/a").code == "METHOD_NOT_ALLOWED"


def test_a_malformed_parameter_of_a_wrong_method_is_a_wrong_method() -> None:
    assert _refused(_routes("GET /a/{id}"), "PUT", "/a/%zz").code == "METHOD_NOT_ALLOWED"


def test_every_operation_of_the_contract_is_found_by_its_own_path() -> None:
    for name, service in contract().services.items():
        routes = Routes(service.operations)
        for operation in service.operations:
            path = operation.path.replace("{", "").replace("}", "")
            assert routes.match(operation.method, path)[0] is operation, name
