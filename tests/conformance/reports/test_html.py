"""The page: it needs nothing else, and shows what it is given and no more."""

from pathlib import Path

from commerce_conformance.law import Law
from commerce_conformance.reports import html
from commerce_conformance.runner import Run
from harness.browser import find_chromium


def test_the_page_says_the_verdict_and_hides_no_markup(run: Run, law: Law) -> None:
    page = html.report(run, [law], ["auth[orders.get]: told"])
    assert "The platform does not conform to its contract" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "auth[orders.get]: told" in page
    assert "http" not in page.replace("http://localhost:3001", "")
    assert "The platform conforms" in html.report(Run(run.findings[1:2], (), 3, 0.1), [law])


def test_a_browser_leads_from_a_mark_to_its_failure(run: Run, law: Law, tmp_path: Path) -> None:
    chromium = find_chromium()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may not be there

    path = tmp_path / "page.html"
    path.write_text(html.report(run, [law]), encoding="utf-8")
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 400, "height": 700})
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path.as_uri())
        page.get_by_role("link", name="✗").click()
        article = page.locator("article:target")
        assert article.locator("h2").inner_text() == "✗ lifecycle[orders.cancel]"
        assert "$ curl -i -X POST" in article.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        browser.close()
    assert wrong == []
