"""The same seed, clock and requests give the same bytes: in another process, with other hashes, and after a reset."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from harness.platform import PASSWORD, Answered, Member, Platform

CARDS = ["4111111111111111", "4000000000000341", "4000000000000259", "4000000000000002", "4242424242424241"]
REQUESTS = 200


class Traffic:
    """Seeded, mixed requests of a few customers against one mock, and everything that it said."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.chance = random.Random(20260101)  # noqa: S311 - repeatable on purpose
        self.members: list[Member] = []
        self.orders: list[tuple[Member, Any]] = []
        self.payments: list[tuple[Member, Any]] = []
        self.said: list[bytes] = []

    def note(self, answer: Answered) -> Answered:
        # How long an answer took is measured, not made.
        told = {name: value for name, value in answer.headers.items() if name != "server-timing"}
        fields = "".join(f"{name}: {value}\n" for name, value in told.items())
        self.said.append(f"{answer.status}\n{fields}\n".encode() + answer.body + b"\n")
        return answer

    def run(self, *, with_time: bool = True) -> bytes:
        steps = [self.register, self.order, self.order, self.pay, self.pay, self.cancel, self.refund, self.read,
                 self.lists, self.update, self.replayed, self.nonsense, self.outage]  # fmt: skip
        if with_time:
            steps.append(self.advance)
        self.register()
        for _ in range(REQUESTS):
            self.chance.choice(steps)()
        for path in ("/__admin/events?limit=100", "/__admin/inbox?limit=100", "/__admin/clock", "/__admin/services"):
            self.note(self.platform.get("admin", path))
        return b"".join(self.said)

    def register(self) -> None:
        name = f"user{self.chance.randrange(12)}"
        body = {"username": name, "password": PASSWORD, "first_name": "F", "last_name": "L"}
        answer = self.note(self.platform.post("users", "/api/users", {"email": f"{name}@example.com", **body}))
        if answer.status == 201:
            self.members.append(Member(answer.json["id"], name, self.platform.token(answer.json["id"])))

    def order(self) -> None:
        member = self.chance.choice(self.members)
        items = [
            {
                "productId": f"p{n}",
                "quantity": self.chance.randrange(1, 9),
                "price": self.chance.randrange(10_000) / 100,
            }
            for n in range(self.chance.randrange(1, 4))
        ]
        answer = self.note(
            self.platform.post("orders", "/api/orders", {"userId": member.id, "items": items}, member.token)
        )
        if answer.status == 201:
            self.orders.append((member, answer.json))

    def pay(self) -> None:
        if self.orders:
            member, order = self.chance.choice(self.orders)
            answer = self.note(self.platform.pay(member, order, self.chance.choice(CARDS)))
            if answer.status == 201:
                self.payments.append((member, answer.json))

    def cancel(self) -> None:
        if self.orders:
            member, order = self.chance.choice(self.orders)
            self.note(self.platform.post("orders", f"/api/orders/{order['id']}/cancel", None, member.token))

    def refund(self) -> None:
        if self.payments:
            member, payment = self.chance.choice(self.payments)
            path = f"/api/payments/{payment['id']}"
            self.note(
                self.platform.post("admin", f"/__admin{path[4:]}/settle", {"status": "completed"}, self.platform.admin)
            )
            self.note(self.platform.post("payments", f"{path}/refund", {"amount": 0.5}, member.token))

    def read(self) -> None:
        if self.orders:
            member, order = self.chance.choice(self.orders)
            self.note(self.platform.get("orders", f"/api/orders/{order['id']}", member.token))

    def lists(self) -> None:
        member = self.chance.choice(self.members)
        offset = self.chance.randrange(3)
        self.note(self.platform.get("orders", f"/api/orders/user/{member.id}?offset={offset}", member.token))
        self.note(self.platform.get("users", f"/api/users/{member.id}/events", member.token))

    def update(self) -> None:
        member = self.chance.choice(self.members)
        body = {"profile": {"city": f"City {self.chance.randrange(99)}"}}
        self.note(self.platform.send("users", "PUT", f"/api/users/{member.id}", body, member.token))

    def replayed(self) -> None:
        member = self.chance.choice(self.members)
        body = {"userId": member.id, "items": [{"productId": "p", "quantity": 1, "price": 1}]}
        key = f"key-{self.chance.randrange(3)}"
        self.note(self.platform.post("orders", "/api/orders", body, member.token, idempotency_key=key))

    def nonsense(self) -> None:
        self.note(
            self.platform.send(None, "GET", self.chance.choice(["/nope", "/health", "/api/users", "/users/health"]))
        )
        self.note(self.platform.post("users", "/api/users", {"unknown": 1}))

    def outage(self) -> None:
        for up in (False, True):
            self.note(self.platform.send("admin", "PUT", "/__admin/services/users", {"up": up}))
            self.pay()

    def advance(self) -> None:
        self.platform.advance(self.chance.randrange(40))


def transcript(seed: int) -> bytes:
    return Traffic(Platform(seed=seed, judged=False)).run()


def main() -> None:
    sys.stdout.buffer.write(transcript(int(sys.argv[1])))


@pytest.fixture(scope="module")
def reference() -> bytes:
    return transcript(7)


def _elsewhere(seed: int, hashes: str) -> bytes:
    command = [sys.executable, __file__, str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": hashes, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: S603 - this very file
    return done.stdout


def _statuses(said: bytes) -> Iterator[int]:
    return (int(line) for line in said.splitlines() if len(line) == 3 and line.isdigit())


def test_the_transcript_is_worth_comparing(reference: bytes) -> None:
    assert {200, 201, 204, 401, 404, 409, 422, 503} - set(_statuses(reference)) <= {204, 401}
    assert len(list(_statuses(reference))) > REQUESTS
    assert reference.count(b"payment_completed") > 3
    assert reference.count(b"payment_failed") > 0
    assert b"idempotent-replayed: true" in reference


@pytest.mark.parametrize("hashes", ["1", "4242"])
def test_another_process_with_other_hashes_says_the_same_bytes(reference: bytes, hashes: str) -> None:
    assert _elsewhere(7, hashes) == reference


def test_another_seed_gives_other_ids_for_the_same_course_of_things(reference: bytes) -> None:
    other = transcript(8)
    assert other != reference
    assert list(_statuses(other)) == list(_statuses(reference))
    first, second = (Platform(seed=seed).register().id for seed in (7, 8))
    assert first.encode() in reference
    assert second.encode() in other
    assert second.encode() not in reference


def test_after_a_reset_everything_is_said_again_to_the_byte() -> None:
    platform = Platform(seed=7, judged=False)
    before = Traffic(platform).run(with_time=False)
    platform.send("admin", "POST", "/__admin/reset")
    assert Traffic(platform).run(with_time=False) == before


def test_the_journal_differs_in_what_was_measured_only() -> None:
    journals = []
    for _ in range(2):
        platform = Platform(judged=False)
        Traffic(platform).run()
        requests = platform.get("admin", "/__admin/requests?limit=100").json["requests"]
        journals.append([{name: value for name, value in entry.items() if name != "duration_ms"} for entry in requests])
    assert journals[0] == journals[1]


if __name__ == "__main__":
    main()
