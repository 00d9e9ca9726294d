"""The page on frontends shows files of the storefront as they are."""

from pathlib import Path

import pytest

from harness.manual import File, read

ROOT = Path(__file__).parents[2]
SHOWN = [step for step in read(ROOT / "docs" / "frontend.md") if isinstance(step, File)]
IN_FULL = {"playwright.config.ts", "storefront.spec.ts", "test_storefront.py"}


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: Path(shown.path).name)
def test_what_the_page_shows_of_a_file_stands_in_it(shown: File) -> None:
    assert shown.text in (ROOT / shown.path).read_text()


@pytest.mark.parametrize("name", sorted(IN_FULL))
def test_the_page_shows_configuration_and_tests_in_full(name: str) -> None:
    path = f"examples/storefront/{name}"
    assert [shown.text for shown in SHOWN if shown.path == path] == [(ROOT / path).read_text()]
