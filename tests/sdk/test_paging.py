from dataclasses import dataclass, replace
from typing import Any

import anyio
import pytest

from commerce_sdk._operation import Operation, Paging
from commerce_sdk._paging import AsyncPage, AsyncPages, Page
from commerce_sdk._request import Call

LIST = Operation("things.list", "things", "GET", "/things", page=Paging("things", "id"))


@dataclass
class Thing:
    id: int | None


@dataclass
class Things:
    things: list[Thing]
    total: int | None
    limit: int | None
    offset: int | None


class Service:
    """Serves pages of two, newest first; things may appear between two reads."""

    def __init__(self, count: int, *, appearing: bool = False, total: bool = True) -> None:
        self.ids: list[int | None] = list(range(count, 0, -1))
        self.appearing = appearing
        self.total = total
        self.read_offsets: list[int] = []

    def read(self, call: Call) -> Things:
        offset = call.query.get("offset") or 0
        self.read_offsets.append(offset)
        page = [Thing(each) for each in self.ids[offset : offset + 2]]
        result = Things(page, len(self.ids) if self.total else None, 2, offset)
        if self.appearing:
            self.ids.insert(0, 100 + len(self.read_offsets))
            self.appearing = False
        return result

    async def read_async(self, call: Call) -> Things:
        return self.read(call)

    def page(self, **query: Any) -> Page[Thing]:
        return Page(self.read, Call(LIST, query=query))

    def pages(self, **query: Any) -> AsyncPages[Thing]:
        return AsyncPages(self.read_async, Call(LIST, query=query))


async def collect(pages: AsyncPages[Thing] | AsyncPage[Thing]) -> list[int | None]:
    return [thing.id async for thing in pages]


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 6])
def test_a_list_pages_by_itself_to_its_end(count: int, *, total: bool) -> None:
    service = Service(count, total=total)
    expected = list(range(count, 0, -1))
    assert [thing.id for thing in service.page()] == expected
    assert anyio.run(collect, Service(count, total=total).pages()) == expected


def test_each_page_is_read_when_it_is_reached() -> None:
    service = Service(5)
    page = service.page(status="new")
    entries = iter(page)
    next(entries)
    next(entries)
    assert service.read_offsets == [0]
    next(entries)
    assert service.read_offsets == [0, 2]


def test_a_page_tells_its_entries_and_how_many_there_are() -> None:
    page = Service(5).page(offset=2)
    assert ([thing.id for thing in page.page], page.total, page.limit, page.offset) == ([3, 2], 5, 2, 2)
    assert repr(page) == "<Page things.list: 2 of 5 from 2>"
    assert repr(Service(1, total=False).page()) == "<Page things.list: 1 from 0>"
    following = page.next_page()
    assert following is not None
    assert [thing.id for thing in following.page] == [1]
    assert following.next_page() is None


def test_an_entry_that_a_new_one_pushed_to_the_next_page_comes_once() -> None:
    assert [thing.id for thing in Service(4, appearing=True).page()] == [4, 3, 2, 1]
    assert anyio.run(collect, Service(4, appearing=True).pages()) == [4, 3, 2, 1]


def test_entries_that_nothing_identifies_all_come() -> None:
    service = Service(0)
    service.ids = [None, None, None]
    assert [thing.id for thing in service.page()] == [None, None, None]


def test_an_async_list_is_awaited_for_its_first_page_or_iterated() -> None:
    service = Service(3)

    async def first() -> AsyncPage[Thing]:
        return await service.pages()

    page = anyio.run(first)
    assert ([thing.id for thing in page.page], page.total) == ([3, 2], 3)
    assert anyio.run(collect, page) == [3, 2, 1]


def test_nothing_is_read_before_it_is_awaited() -> None:
    service = Service(3)
    service.pages()
    assert service.read_offsets == []


def test_an_operation_without_pages_is_a_mistake_of_the_generator() -> None:
    with pytest.raises(TypeError, match=r"things\.list gives no pages"):
        Page(Service(1).read, Call(replace(LIST, page=None)))
