"""JUnit XML: what CI systems read of a run."""

from xml.etree import ElementTree as ET

from commerce_conformance.reports import junit
from commerce_conformance.runner import Run


def test_each_law_is_a_suite_and_each_operation_a_case(run: Run) -> None:
    root = ET.fromstring(junit.report(run))  # noqa: S314 - our own document
    assert root.tag == "testsuites"
    counts = [tuple(suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")) for suite in root]
    assert counts == [("lifecycle", "2", "1", "0", "0"), ("auth", "3", "0", "1", "2")]
    cases = {f"{case.get('classname')}[{case.get('name')}]": case for case in root.iter("testcase")}
    assert cases.keys() == {finding.key for finding in run.findings}
    assert [child.tag for child in cases["lifecycle[orders.cancel]"]] == ["failure"] * 7
    told = cases["lifecycle[orders.cancel]"][0].text or ""
    assert "in openapi/orders.yaml:42" in told
    assert "$ curl -i" in told
    assert cases["auth[orders.cancel]"][0].get("message") == "a known failure"
    assert cases["auth[orders.get]"][0].get("message") == "no token: give --token; no way"
    assert cases["auth[orders.list]"][0].text == "Traceback\nValueError: \ufffd bad"


def test_what_is_mended_is_a_failure(run: Run) -> None:
    root = ET.fromstring(junit.report(run, ["auth[orders.get]: told"]))  # noqa: S314 - our own document
    suite = root[-1]
    assert (suite.get("name"), suite.get("failures"), suite[0].get("name")) == (
        "baseline",
        "1",
        "auth[orders.get]: told",
    )
