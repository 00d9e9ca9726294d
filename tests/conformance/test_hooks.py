"""Hooks: what a team's own command or address gives."""

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from commerce_conformance import hooks
from commerce_conformance.settings import Hook
from commerce_conformance.unreachable import UnreachableError


class Answers(BaseHTTPRequestHandler):
    put: ClassVar[list[tuple[str, bytes, str]]] = []

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        Answers.put.append((self.path, body, str(self.headers["content-type"])))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(404 if "nobody" in self.path else 200)
        self.end_headers()
        self.wfile.write(b'{"mails": [{"text": "Your code is a b/%s."}]}' % self.headers.get("x-a", "c").encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_command_gives_what_it_prints() -> None:
    assert hooks.ask(Hook(command="echo code-of-{user_id}"), {"user_id": "u1"}) == "code-of-u1"
    assert hooks.ask(Hook(command="echo is 42 now", pattern=r"is (\d+)"), {}) == "42"
    assert hooks.ask(Hook(command="echo is 42 now", pattern=r"\d+"), {}) == "42"


def test_an_address_gives_what_it_answers(url: str) -> None:
    hook = Hook(url=f"{url}/mails/{{user_id}}", pointer="/mails/0/text", pattern=r"is (.+)\.", headers={"x-a": "d"})
    assert hooks.ask(hook, {"user_id": "u/1"}) == "a b/d"


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        (Hook(command="exit 3"), "ended with 3"),
        (Hook(command="true"), "gave nothing"),
        (Hook(command="echo a", pattern="b"), "nothing of the form b"),
        (Hook(command="echo '{}'", pointer="/a/b"), "nothing at /a/b"),
        (Hook(command="echo x", pointer="/a"), "nothing at /a"),
        (Hook(url="http://127.0.0.1:1/"), "gave nothing"),
    ],
)
def test_a_hook_that_gives_nothing_is_told(hook: Hook, told: str) -> None:
    with pytest.raises(UnreachableError, match=told):
        hooks.ask(hook, {})


def test_an_address_that_refuses_gives_nothing(url: str) -> None:
    with pytest.raises(UnreachableError, match="404"):
        hooks.ask(Hook(url=f"{url}/nobody"), {})


def test_a_command_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "PATIENCE", 0.01)
    with pytest.raises(UnreachableError, match="took over"):
        hooks.ask(Hook(command="exec sleep 5"), {})


def test_what_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    mail = tmp_path / "mail"
    timer = threading.Timer(0.1, mail.write_text, ["late"])
    timer.start()
    assert hooks.ask(Hook(command=f"cat {mail}"), {}, patience=5.0) == "late"
    timer.join()


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}])
def test_an_address_is_asked_by_its_method_and_sent_a_body(url: str, headers: Mapping[str, str]) -> None:
    hook = Hook(url=f"{url}/{{service}}", method="PUT", body='{"of": "{service}"}', headers=headers)
    hooks.let(hook, {"service": "orders"})
    kind = headers.get("content-type", "application/json")
    assert Answers.put[-1] == ("/orders", b'{"of": "orders"}', kind)


def test_what_is_only_to_be_done_need_not_say_anything() -> None:
    hooks.let(Hook(command="true"), {})
    asked: list[str] = []

    def notes(known: Mapping[str, str]) -> str:
        asked.append(known["service"])
        return ""

    hooks.let(notes, {"service": "orders"})
    assert asked == ["orders"]
    with pytest.raises(UnreachableError, match="ended with 1"):
        hooks.let(Hook(command="false"), {})


def test_a_function_stands_for_a_hook_in_a_test() -> None:
    assert hooks.ask(lambda known: f"code of {known['user_id']}", {"user_id": "7"}) == "code of 7"
