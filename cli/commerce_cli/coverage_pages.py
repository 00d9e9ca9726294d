"""A coverage for browsers and for build servers: one HTML page, and JUnit with a test case for each thing."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from commerce_mock.coverage_text import place

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2330 }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #d8dde6 }
td.number { text-align: right; font-variant-numeric: tabular-nums }
meter { width: 12rem }
.no td:first-child { border-left: 4px solid #c62828 } .yes td:first-child { border-left: 4px solid #2e7d32 }
@media (prefers-color-scheme: dark) { body { background: #14181f; color: #e6e9ef } th, td { border-color: #333b49 } }
""".strip()


def html(coverage: Mapping[str, Any]) -> str:
    """One page that needs nothing else."""
    percent = coverage["percent"]
    kinds = "".join(
        f"<tr><td>{row['kind']}</td><td><meter min=0 max=100 value={row['percent']}></meter></td>"
        f"<td class=number>{row['percent']:.1f} %</td><td class=number>{row['covered']} of {row['total']}</td></tr>"
        for row in coverage["kinds"]
    )
    services = dict.fromkeys(item["service"] for item in coverage["items"])
    parts = "".join(
        f"<h2>{escape(service)}</h2>{_items(item for item in coverage['items'] if item['service'] == service)}"
        for service in services
    )
    return (
        "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Contract coverage: {percent:.1f} %</title><style>{_STYLE}</style>\n"
        f"<h1>Contract coverage: {percent:.1f} %</h1>\n"
        f"<p>{coverage['covered']} of {coverage['total']} things that the contract declares were exercised.</p>\n"
        f"<table>{kinds}</table>\n{parts}</html>\n"
    )


def _items(items: Iterable[Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<tr class={'yes' if item['count'] else 'no'}><td>{item['kind']}</td><td>{escape(item['name'])}</td>"
        f"<td class=number>{item['count']}</td><td>{escape(place(item))}</td></tr>\n"
        for item in items
    )
    return f"<table><tr><th>Kind<th>Name<th>Times<th>Declared at</tr>\n{rows}</table>\n"


def junit(coverage: Mapping[str, Any]) -> str:
    """A suite for each kind, a test case for each thing; what was not exercised has failed."""
    top = Element("testsuites", name="contract coverage", tests=str(coverage["total"]), failures=_failures(coverage))
    for row in coverage["kinds"]:
        suite = SubElement(top, "testsuite", name=row["kind"], tests=str(row["total"]), failures=_failures(row))
        for item in coverage["items"]:
            if item["kind"] != row["kind"]:
                continue
            named = {"classname": f"{item['service']}.{item['kind']}", "name": item["name"]}
            case = SubElement(
                suite, "testcase", named, file=item["location"]["file"], line=str(item["location"]["line"])
            )
            if not item["count"]:
                SubElement(case, "failure", message="not exercised").text = place(item)
    indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(top, encoding="unicode")}\n'


def _failures(share: Mapping[str, Any]) -> str:
    return str(share["total"] - share["covered"])
