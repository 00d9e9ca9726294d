"""What a terminal shows of a run."""

from dataclasses import replace

from commerce_conformance.law import Law, Verdict
from commerce_conformance.reports import text
from commerce_conformance.runner import Run


def test_a_table_has_a_row_for_each_operation_and_a_column_for_each_law(run: Run) -> None:
    lines = text.table(run.findings).splitlines()
    assert lines[-3:] == ["orders.cancel  ✗  ~", "orders.get     ✓  ?", "orders.list    ·  !"]
    assert "".join(line[15] for line in lines[:-3]) == "lifecycle"
    assert "".join(line[18:] for line in lines[:-3]) == "auth"
    assert text.table(()) == ""


def test_each_failure_is_told_with_all_that_shows_it(run: Run, law: Law) -> None:
    told = text.report(run, [law])
    assert "✗ lifecycle[orders.cancel]: What may not move is refused." in told
    assert "a shipped order is not cancelled, 100%" in told
    assert "in        openapi/orders.yaml:42 #/paths/~1api" in told
    assert "expected  409 ORDER_004" in told
    assert '$ curl -i -X POST http://localhost:3001/api/orders/order-1/cancel -H "Authorization: Bearer $TOKEN' in told
    assert "    and 2 more" in told
    assert "! auth[orders.list]: the suite itself failed\nTraceback" in told


def test_what_could_not_be_reached_is_told_by_what_opens_it(run: Run) -> None:
    told = text.report(run, ())
    assert "? not reachable: give --token\n    no token (auth[orders.get])" in told
    assert "? not reachable: nothing opens it\n    no way (auth[orders.get])" in told


def test_the_last_line_counts(run: Run) -> None:
    last = text.report(run, (), known=3).splitlines()[-1]
    assert last == (
        "1 pass, 1 fail, 1 known failure, 1 not reachable, 1 error, 3 known failures"
        " · 15 requests in 1.2 s · 1 resources were created and stay on the services"
    )
    assert text.report(Run((), (), 0, 0.0), ()).endswith(
        "nothing was tested · 0 requests in 0.0 s · nothing was created"
    )


def test_what_is_mended_is_to_be_struck_off(run: Run, law: Law) -> None:
    assert "strike them off the baseline\n  a[b]: c" in text.report(run, (), mended=["a[b]: c"])
    assert text.told(run.findings[1], law, ["a[b]: c"]).startswith("Mended, but still listed")


def test_one_finding_is_told_by_itself(run: Run, law: Law) -> None:
    assert text.told(run.findings[0], law).startswith("✗ lifecycle[orders.cancel]: What may not")
    assert text.told(run.findings[4], law).startswith("! auth[orders.list]: the suite itself failed")


def test_a_finding_is_a_line_while_the_run_lasts(run: Run) -> None:
    assert text.line(run.findings[0]) == "✗ lifecycle[orders.cancel]  12 requests, 0.50 s  7 failures"
    assert text.line(run.findings[1]) == "✓ lifecycle[orders.get]  3 requests, 0.10 s"


def test_a_long_answer_is_cut(run: Run) -> None:
    (first, *_) = run.findings[0].failures
    finding = replace(run.findings[0], failures=(replace(first, got="x" * 400),))
    assert f"got       {'x' * 300}…" in text.report(replace(run, findings=(finding,)), ())


def test_every_verdict_has_a_sign() -> None:
    assert set(text.SIGNS) == set(Verdict)
