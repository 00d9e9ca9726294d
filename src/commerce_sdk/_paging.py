"""Lists that page by themselves: the page is the iterator."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from commerce_sdk._operation import Paging
from commerce_sdk._request import Call

T = TypeVar("T")


class PageContent(Generic[T]):
    """One page of a list: `page` are its entries, `total` counts those of all pages; it stays as it was read."""

    def __init__(self, call: Call, result: Any) -> None:
        paging = _paging(call)
        self._call = call
        self._key = paging.key
        self.result = result
        self.page: Sequence[T] = getattr(result, paging.items)
        self.total: int | None = getattr(result, paging.total, None)
        self.limit: int | None = getattr(result, paging.limit, None)
        self.offset: int = getattr(result, paging.offset, None) or 0

    def __repr__(self) -> str:
        of = "" if self.total is None else f" of {self.total}"
        return f"<{type(self).__name__} {self._call.operation.name}: {len(self.page)}{of} from {self.offset}>"

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        if not self.page:
            return False
        if self.total is not None:
            return self.offset + len(self.page) < self.total
        return self.limit is not None and len(self.page) >= self.limit

    def _next_call(self) -> Call:
        query = {**self._call.query, _paging(self._call).offset: self.offset + len(self.page)}
        return replace(self._call, query=query)

    def unseen(self, seen: set[Any]) -> Iterator[T]:
        """The entries that no earlier page had: what is added meanwhile shifts the pages."""
        for entry in self.page:
            key = getattr(entry, self._key, None)
            if key is None or key not in seen:
                seen.add(key)
                yield entry


class Page(PageContent[T]):
    """A page of a list; iterating goes on through all following pages, reading each when it is reached."""

    def __init__(self, read: Callable[[Call], Any], call: Call) -> None:
        super().__init__(call, read(call))
        self._read = read

    def __iter__(self) -> Iterator[T]:
        seen: set[Any] = set()
        for page in self.pages():
            yield from page.unseen(seen)

    def pages(self) -> Iterator["Page[T]"]:
        """This page and those that follow."""
        page: Page[T] | None = self
        while page is not None:
            yield page
            page = page.next_page()

    def next_page(self) -> "Page[T] | None":
        """The page that follows, read now; None after the last."""
        return Page(self._read, self._next_call()) if self.has_more else None


class AsyncPage(PageContent[T]):
    """A page of a list; `async for` goes on through all following pages, reading each when it is reached."""

    def __init__(self, read: Callable[[Call], Awaitable[Any]], call: Call, result: Any) -> None:
        super().__init__(call, result)
        self._read = read

    async def __aiter__(self) -> AsyncIterator[T]:
        seen: set[Any] = set()
        async for page in self.pages():
            for entry in page.unseen(seen):
                yield entry

    async def pages(self) -> AsyncIterator["AsyncPage[T]"]:
        """This page and those that follow."""
        page: AsyncPage[T] | None = self
        while page is not None:
            yield page
            page = await page.next_page()

    async def next_page(self) -> "AsyncPage[T] | None":
        """The page that follows, read now; None after the last."""
        return await AsyncPages[T](self._read, self._next_call()) if self.has_more else None


class AsyncPages(Generic[T]):
    """A list that was asked for and not read yet: `await` it for its first page, or `async for` through all entries."""

    def __init__(self, read: Callable[[Call], Awaitable[Any]], call: Call) -> None:
        self._read = read
        self._call = call

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return self._first().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for entry in await self._first():
            yield entry

    async def _first(self) -> AsyncPage[T]:
        return AsyncPage(self._read, self._call, await self._read(self._call))


def _paging(call: Call) -> Paging:
    paging = call.operation.page
    if paging is None:
        raise TypeError(f"{call.operation.name} gives no pages")
    return paging
