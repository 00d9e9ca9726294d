"""A worker: calls without a network, through the testing kit and through httpx's `MockTransport`.

The kit answers with the whole mock; the other side with an answer that stands ready, which the kit gave before.
"""

from collections.abc import Mapping
from dataclasses import replace

import httpx

from benchmarks.sdk.buyers import TOKEN, Bare, Typed, prove
from benchmarks.sdk.calls import repeat
from benchmarks.sdk.turns import Taken, take_turns
from benchmarks.sdk.worker import Task, serve
from commerce_sdk._message import Next, Request, Response
from commerce_testing import CommerceMock
from commerce_testing.stage import Setting, Stage


def measure(task: Task) -> Mapping[str, Taken]:
    """Measure reads and creates; contenders are named `<operation>.<side>`. Of the task's order nothing is used."""
    mock = CommerceMock(Stage().lay(Setting()))
    answers: dict[str, Response] = {}

    def keep(request: Request, send: Next) -> Response:
        return answers.setdefault(request.method, send(request))

    def canned(request: httpx.Request) -> httpx.Response:
        answer = answers[request.method]
        return httpx.Response(answer.status, headers={"content-type": "application/json"}, content=answer.body)

    with (
        mock.client(middleware=[keep]) as kept,
        mock.client() as commerce,
        httpx.Client(transport=httpx.MockTransport(canned)) as client,
    ):
        user = commerce.users.create(
            email="ann@example.com", username="ann", password=TOKEN, first_name="Ann", last_name="Lee"
        )
        task = replace(task, bodies=tuple({**body, "userId": user.id} for body in task.bodies))
        placed = Typed(kept, task).create()
        task = replace(task, order=f"{task.create}/{placed.id}")
        typed, bare = Typed(commerce, task), Bare(client, task)
        prove(Typed(kept, task).get(), bare.get(), "get")
        prove(placed, bare.create(), "create")
        taken: dict[str, Taken] = {}
        for name, one, other in (("get", typed.get, bare.get), ("create", typed.create, bare.create)):
            contenders = {f"{name}.typed": repeat(one, task.calls), f"{name}.bare": repeat(other, task.calls)}
            taken |= take_turns(contenders, rounds=task.rounds, turns=task.turns, calls=task.calls)
    return taken


if __name__ == "__main__":
    serve(measure)
