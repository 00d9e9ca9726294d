"""What `serve` prints when it is ready: every address in it answers, and its first call works."""

import shlex
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from commerce_cli.loading import choose_scenario, load_contract
from commerce_cli.ready import Ready
from commerce_mock.engine import Engine
from commerce_mock.http.app import App
from commerce_mock.http.pages import install
from commerce_mock.settings import Settings
from commerce_mock.wire import Request, Response

TESTS = Path(__file__).parents[1]
SHIPMENTS = TESTS / "fifth_service/contract"
GATEWAY = "http://127.0.0.1:8080"
ANSWER = "{get: {responses: {'200': {description: ok, content: {application/json: {example: {sky: blue}}}}}}}"
PLACE = "parameters: [{name: place, in: path, required: true, schema: {type: string}}]"


class Printed:
    """The mock with these flags, and what it printed when it was ready; `send` runs a printed command."""

    def __init__(
        self,
        capsys: pytest.CaptureFixture[str],
        contract: Path | None = None,
        scenario: str | None = None,
        gateway: str | None = None,
        ports: dict[str, int] | None = None,
    ) -> None:
        loaded = load_contract(contract)
        chosen = choose_scenario(scenario, loaded)
        self.engine = Engine(loaded, Settings(), chosen)
        names = list(loaded.services) if ports is None and gateway is None else list(ports or {})
        own = {name: f"http://127.0.0.1:{4000 + index}" for index, name in enumerate(names)}
        install(self.engine, own, gateway)
        self.urls = {name: own.get(name, gateway or "") for name in loaded.services}
        self.app = App(self.engine, {**{4000 + index: name for index, name in enumerate(names)}, 8080: None})
        Ready(self.engine, chosen, self.urls, gateway).tell()
        self.text = capsys.readouterr().out
        self.lines = self.text.splitlines()

    @property
    def command(self) -> str:
        """The call, over as many lines as it is printed on."""
        start = next(index for index, line in enumerate(self.lines) if line.startswith("curl "))
        return "\n".join(self.lines[start:]).partition("\n\n")[0]

    @property
    def token(self) -> str:
        return next(line.removeprefix("export TOKEN=") for line in self.lines if line.startswith("export TOKEN="))

    def send(self) -> Response:
        words = shlex.split(self.command)
        given = {flag: word for flag, word in pairwise(words) if flag in ("-X", "-d")}
        heads = [word for flag, word in pairwise(words) if flag == "-H"]
        headers = {name.lower().encode(): value.encode() for name, _, value in (head.partition(": ") for head in heads)}
        if b"authorization" in headers:
            headers[b"authorization"] = f"Bearer {self.token}".encode()
        (url,) = (word for word in words if word.startswith("http://"))
        return self.get(url, given.get("-X", "GET"), headers, given.get("-d", "").encode())

    def get(
        self, url: str, method: str = "GET", headers: dict[bytes, bytes] | None = None, body: bytes = b""
    ) -> Response:
        port, _, path = url.removeprefix("http://127.0.0.1:").partition("/")
        return self.app.answer(Request(method, f"/{path}", b"", headers or {}, body, self.app.ports[int(port)]))


def test_the_demo_shows_its_user_and_an_order_of_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(capsys)
    assert "demo scenario, real clock" in printed.lines[0]
    assert "user  user@example.com  550e8400-e29b-41d4-a716-446655440001" in printed.text
    answer = printed.send()
    assert (answer.status, orjson.loads(answer.body)["id"]) == (200, "order-123")
    assert printed.lines[-1] == "Ctrl-C ends it."


@pytest.mark.parametrize("gateway", [None, GATEWAY])
def test_every_page_in_the_table_answers(gateway: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(capsys, gateway=gateway)
    header = next(index for index, line in enumerate(printed.lines) if line.startswith("SERVICE"))
    rows = [line.split() for line in printed.lines[header + 1 : header + 1 + len(printed.urls)]]
    assert {name: url for name, url, _ in rows} == printed.urls
    for name, _, page in rows:
        answer = printed.get(page)
        assert answer.status == 200
        assert name.rstrip("s").encode() in answer.body.lower()


def test_behind_a_gateway_the_first_call_goes_there(capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(capsys, gateway=GATEWAY)
    assert printed.command.startswith(f"curl {GATEWAY}/api/orders/order-123")
    assert printed.send().status == 200


def test_beside_a_gateway_a_service_with_a_port_is_called_there(capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(capsys, gateway=GATEWAY, ports={"orders": 4000})
    assert printed.command.startswith("curl http://127.0.0.1:4000/api/orders/order-123")
    assert printed.send().status == 200


def test_an_empty_platform_shows_how_to_create_something(capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(capsys, scenario="empty")
    assert "export TOKEN" not in printed.text
    assert printed.send().status == 201


def test_a_contract_that_no_python_knows_shows_a_call_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(capsys, SHIPMENTS)
    assert "empty scenario" in printed.lines[0]
    assert printed.send().status < 300


def foreign(tmp_path: Path, paths: str) -> Path:
    path = tmp_path / "sky.yaml"
    path.write_text(f"openapi: 3.1.0\ninfo: {{title: Sky, version: '1'}}\npaths:\n{paths}", encoding="utf-8")
    return path


def test_a_foreign_contract_says_what_its_operations_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = Printed(capsys, foreign(tmp_path, f"  /sky: {ANSWER}\n"))
    notes = printed.lines[printed.lines.index("Notes") + 1 :]
    assert any("/sky" in note and "example" in note for note in notes)
    assert orjson.loads(printed.send().body) == {"sky": "blue"}


def test_where_nothing_can_be_called_at_once_no_call_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commerce_cli.loading.with_controls", lambda contract: contract)
    monkeypatch.setattr("commerce_mock.engine.with_controls", lambda contract: contract)
    printed = Printed(capsys, foreign(tmp_path, f"  /sky/{{place}}: {{{PLACE}, {ANSWER[1:]}\n"))
    assert "curl" not in printed.text
    assert "\n\n\n" not in printed.text
