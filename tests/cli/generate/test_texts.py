"""What documents say in words."""

from pathlib import Path

import pytest

from commerce_cli.generate.texts import Texts, sentence, wrapped
from commerce_contract import Contract, load


@pytest.fixture(scope="module")
def texts(platform: Contract) -> Texts:
    return Texts(platform)


def test_a_description_is_found_through_references(texts: Texts, platform: Contract) -> None:
    limit = next(each for each in platform.operations["orders.list_for_user"].parameters if each.name == "limit")
    assert texts.description(limit.location) == "How many entries to return at most."
    assert texts.speaks("asyncapi/orders.yaml", "asyncapi")
    assert not texts.speaks("asyncapi/orders.yaml", "openapi")


def test_a_service_is_told_by_summary_and_description(texts: Texts, platform: Contract) -> None:
    about = texts.about(platform.services["orders"])
    assert about.startswith("Orders and the states that they pass through.\n\nTakes orders,")
    assert texts.url(platform.services["orders"]) == "http://localhost:3001"


@pytest.mark.parametrize(
    ("servers", "url"),
    [
        ("[{url: 'https://{region}.example/v1/', variables: {region: {default: eu}}}]", "https://eu.example/v1"),
        ("[{url: /v1}]", None),
        ("[]", None),
    ],
)
def test_a_server_needs_a_host(tmp_path: Path, servers: str, url: str | None) -> None:
    document = f"openapi: 3.1.0\ninfo: {{title: Shop, version: '1'}}\nservers: {servers}\npaths: {{}}\n"
    path = tmp_path / "shop.yaml"
    path.write_text(document, encoding="utf-8")
    contract = load(path)
    texts = Texts(contract)
    assert texts.url(contract.services["shop"]) == url
    assert texts.about(contract.services["shop"]) == "Shop."


def test_a_sentence_ends_with_a_stop() -> None:
    assert [sentence(text) for text in ("An order", "An order.", "Why?", " ", "")] == [
        "An order.",
        "An order.",
        "Why?",
        "",
        "",
    ]


def test_paragraphs_are_filled_and_lists_and_code_keep_their_lines() -> None:
    assert wrapped("one two\nthree\n\nfour", 9) == "one two\nthree\n\nfour"
    assert wrapped("- one two three\n- four", 9) == "- one two\nthree\n- four"
    assert wrapped("    code = 1\n    more = 2", 80) == "    code = 1\n    more = 2"
    assert wrapped("| a | b |\n|---|---|", 80) == "| a | b |\n|---|---|"
