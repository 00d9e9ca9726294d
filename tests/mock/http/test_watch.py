"""`--watch`: the documents change while the mock serves."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from commerce_contract import ContractError
from commerce_mock.controls import DOCUMENT
from commerce_mock.http.watch import Watcher
from harness.platform import Platform, contract

A_DAY = 86_400 * 10**9
NEVER = 2**63
ORDERS = Path("openapi/orders.yaml")


@dataclass
class Heard:
    """What a watcher told, in order; `next` waits for the next of it."""

    told: list[Any] = field(default_factory=list)
    seen: int = 0
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, what: Any) -> None:
        self.told.append(what)
        self.came.set()

    async def next(self) -> Any:
        while len(self.told) == self.seen:
            self.came.clear()
            await self.came.wait()
        self.seen += 1
        return self.told[self.seen - 1]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A copy of the services' documents; the mock puts that of its controls, which takes longest, beside them."""
    controls = shutil.ignore_patterns(Path(DOCUMENT).name)
    for folder in ("openapi", "asyncapi"):
        shutil.copytree(contract().root / folder, tmp_path / folder, ignore=controls)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Write a change as editors do: to a new file that takes the old one's place."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    beside = path.with_suffix(".new")
    beside.write_text(text.replace(old, new), encoding="utf-8")
    beside.replace(path)


def watched(documents: Path, work: Callable[[Platform, Heard], Coroutine[Any, Any, None]], since: int = NEVER) -> None:
    """Do the work while the documents are watched; they were first read at `since` or later."""

    async def run() -> None:
        platform, heard = Platform(documents, judged=False), Heard()

        def reloaded(changed: list[Path], _seconds: float) -> None:
            heard.hear([path.name for path in changed])

        watcher = Watcher(platform.engine, documents, since, reloaded, heard.hear)
        task = asyncio.create_task(watcher.run())
        await asyncio.sleep(0)  # the watcher looks first
        try:
            await asyncio.wait_for(work(platform, heard), 20)
        finally:
            task.cancel()
            await asyncio.wait({task})
        assert task.cancelled()

    asyncio.run(run())


def summary(platform: Platform) -> str:
    return platform.engine.contract.operations["orders.create"].summary


def test_a_change_is_served_and_the_state_kept(documents: Path) -> None:
    async def work(platform: Platform, heard: Heard) -> None:
        member = platform.register()
        edit(documents / ORDERS, "summary: Place an order", "summary: Buy things")
        assert await heard.next() == ["orders.yaml"]
        assert summary(platform) == "Buy things"
        assert platform.get("users", f"/api/users/{member.id}", member.token).status == 200

    watched(documents, work)


def test_a_document_saved_while_the_mock_started_is_read_again(documents: Path) -> None:
    now = time.time_ns()
    for path in documents.glob("*/*.yaml"):
        age = 0 if path.name == ORDERS.name and path.parent.name == "openapi" else A_DAY
        os.utime(path, ns=(now - age, now - age))

    async def work(_: Platform, heard: Heard) -> None:
        assert await heard.next() == ["orders.yaml"]

    watched(documents, work, since=now - 10**9)


def test_a_referenced_document_is_followed_too(documents: Path) -> None:
    async def work(platform: Platform, heard: Heard) -> None:
        edit(documents / "openapi/common.yaml", "title: Not found", "title: Nothing here")
        assert await heard.next() == ["common.yaml"]
        assert platform.get("orders", "/nowhere").json["title"] == "Nothing here"

    watched(documents, work)


def test_a_broken_save_is_survived_and_a_good_one_served_again(documents: Path) -> None:
    async def work(platform: Platform, heard: Heard) -> None:
        edit(documents / ORDERS, "x-emits: [order_created]", "x-emits: [order_creatd]")
        fault = await heard.next()
        assert isinstance(fault, ContractError)
        assert "`order_creatd` is no event" in str(fault)
        assert platform.get("orders", "/health").status == 200
        assert summary(platform) == "Place an order"
        edit(documents / ORDERS, "x-emits: [order_creatd]", "x-emits: [order_created]")
        assert await heard.next() == ["orders.yaml"]

    watched(documents, work)


def test_a_service_that_vanishes_is_served_on(documents: Path) -> None:
    async def work(platform: Platform, heard: Heard) -> None:
        (documents / "openapi/notifications.yaml").unlink()
        (documents / "asyncapi/notifications.yaml").unlink()
        said = await heard.next()
        while isinstance(said, ContractError):  # between the two deletions
            said = await heard.next()
        assert str(said) == "the service notifications is gone: start the mock again to serve without it"
        assert platform.get("notifications", "/health").status == 200

    watched(documents, work)


def test_a_new_document_joins(documents: Path) -> None:
    async def work(platform: Platform, heard: Heard) -> None:
        path = documents / "openapi/weather.yaml"
        sky = "{get: {responses: {'200': {description: ok, content: {application/json: {example: blue}}}}}}"
        path.write_text(f"openapi: 3.1.0\ninfo: {{title: W, version: '1'}}\npaths:\n  /sky: {sky}\n", encoding="utf-8")
        assert await heard.next() == ["weather.yaml"]
        assert "weather" in platform.engine.contract.services

    watched(documents, work)


def test_documents_that_vanish_altogether_are_served_on(documents: Path) -> None:
    async def work(platform: Platform, heard: Heard) -> None:
        for folder in ("openapi", "asyncapi"):
            (documents / folder).rename(documents / f"{folder}.away")
        assert isinstance(await heard.next(), ContractError)
        assert platform.get("orders", "/health").status == 200

    watched(documents, work)


def test_a_file_that_is_no_document_changes_nothing(documents: Path) -> None:
    async def work(platform: Platform, heard: Heard) -> None:
        served = platform.engine.contract
        (documents / "openapi/notes.txt").write_text("nothing", encoding="utf-8")
        edit(documents / ORDERS, "summary: Place an order", "summary: Buy things")
        assert await heard.next() == ["orders.yaml"]
        assert platform.engine.contract is not served

    watched(documents, work)
