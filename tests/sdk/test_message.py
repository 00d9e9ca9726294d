from commerce_sdk import Request, Response
from commerce_sdk._operation import Operation

GET = Operation("things.get", "things", "GET", "/things")


def test_a_request_shows_neither_headers_nor_body() -> None:
    request = Request(GET, "GET", "http://things.test/things", {"Authorization": "s3cret"}, b"s3cret", 2)
    assert repr(request) == "<Request things.get: GET http://things.test/things, attempt 2>"


def test_headers_of_the_same_name_are_replaced_whatever_their_case() -> None:
    request = Request(GET, "GET", "http://things.test/things", {"x-a": "1", "X-B": "2"})
    assert request.with_headers({"X-A": "3", "x-c": "4"}).headers == {"X-B": "2", "X-A": "3", "x-c": "4"}
    assert request.headers == {"x-a": "1", "X-B": "2"}


def test_a_response_shows_no_body() -> None:
    assert repr(Response(200, {"x": "s3cret"}, b"s3cret")) == "<Response 200, 6 bytes>"
