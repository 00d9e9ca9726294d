"""What no report shows."""

import json
from dataclasses import replace

import pytest

from commerce_conformance.law import Law
from commerce_conformance.reports import html, junit, machine, text
from commerce_conformance.reports.redaction import redacted
from commerce_conformance.runner import Run
from commerce_conformance.settings import Credentials, Hook, Settings

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2lnbmF0dXJl"
SECRETS = ("the-signing-secret", "first-token", "second-token", "hook-key-1", "4000000000000341", "p%40ssword", TOKEN)
SETTINGS = Settings(
    urls={},
    credentials=Credentials(secret=SECRETS[0], token=SECRETS[1], second_token=SECRETS[2]),
    hooks={"code": Hook(url="http://h", headers={"X-Key": SECRETS[3]}), "other": lambda _: "x"},
    states={"payments.failed": {"method": [{"cardNumber": SECRETS[4]}]}},
    events="redis://u:p%40ssword@host/0",
)


def test_a_secret_is_in_no_report(run: Run, law: Law) -> None:
    said = " ".join(SECRETS)
    first = run.findings[0].failures[0]
    shown = replace(
        first.exchanges[0], url=f"http://h/?{said}", sent=said.encode(), body=f'{{"a": "{said}"}}'.encode(),
        request_headers={"x-a": said, "authorization": said},
    )  # fmt: skip
    finding = replace(
        run.findings[0], failures=(replace(first, got=said, expected=said, exchanges=(shown,)),), fault=said,
        missing=((said, "hook"),),
    )  # fmt: skip
    safe = redacted(replace(run, findings=(finding,)), SETTINGS)
    for report in (text.report(safe, [law]), html.report(safe, [law]), junit.report(safe), machine.report(safe)):
        assert not [secret for secret in SECRETS if secret in report]
        assert "***" in report
    assert json.loads(machine.report(safe))["findings"][0]["failures"][0]["requests"][0]["body"].startswith(
        '{"a": "***'
    )


@pytest.mark.parametrize("events", [None, "redis://localhost", "http://[", "redis://:short@h"])
def test_what_is_no_secret_stays_as_it_is(run: Run, events: str | None) -> None:
    safe = redacted(run, Settings(urls={}, events=events))
    assert [f.failures for f in safe.findings] == [f.failures for f in run.findings]
    assert safe.findings[0].failures[0].exchanges[0].body == run.findings[0].failures[0].exchanges[0].body
