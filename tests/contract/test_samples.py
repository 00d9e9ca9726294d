"""The platform's own documentation: all that it says stands in the documents, its samples word for word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contract.documents import (
    JSON,
    Operation,
    Place,
    at,
    document,
    errors,
    examples,
    media,
    messages,
    operations,
    parse,
    verbatim,
)

DOCUMENTATION = (Path(__file__).parent / "api-documentation.md").read_text(encoding="utf-8")
ROUTE = re.compile(r"`(GET|PUT|POST) (/\S+)`")


@dataclass(frozen=True, slots=True)
class Sample:
    """One JSON sample of the documentation: of an operation's request or response, or of an event."""

    heading: str
    part: str
    value: Any

    def __str__(self) -> str:
        return f"{self.heading} {self.part}".strip()


def samples() -> Iterator[Sample]:
    """Every JSON sample, with its `[...]` and `{...}` still as marks."""
    heading = part = ""
    for line, block in re.findall(r"^(#+ .*|\*\*.+:\*\*)$|^```json\n((?s:.*?))^```$", DOCUMENTATION, re.MULTILINE):
        if line.startswith("#"):
            heading, part = line.strip("# `"), ""
        elif line:
            part = line.strip("*:")
        else:
            marked = block.replace("[...]", '"[...]"').replace("{...}", '"{...}"')
            yield Sample(heading, part, parse(marked))


def filled(value: Any, holder: Any = None) -> Any:
    """A sample without marks: elided items are those of the documentation's order, elided data those of its event."""
    if value == "[...]":
        return next(s.value["items"] for s in SAMPLES if s.heading == "POST /api/orders")
    if value == "{...}":
        return next(s.value["data"] for s in SAMPLES if s.heading == holder["event_type"])
    if isinstance(value, dict):
        return {key: filled(member, value) for key, member in value.items()}
    if isinstance(value, list):
        return [filled(element) for element in value]
    return value


SAMPLES = tuple(samples())
ROUTES = {f"{operation.method} {operation.path}": operation for operation in operations()}
EVENTS = {message.value["name"]: message for _, _, message in messages()}


def documented(operation: Operation, part: str) -> Place:
    """The content that a sample of an operation shows."""
    holder = operation.place / "requestBody" if part == "Request Body" else operation.success
    return holder / "content" / JSON


def schema_and_examples(sample: Sample) -> tuple[Place, list[Any]]:
    """The schema of what a sample shows, and the values of the examples that the documents have of it."""
    if sample.heading in EVENTS:
        message = EVENTS[sample.heading]
        return message / "payload", [example["payload"] for example in message.value["examples"]]
    content = documented(ROUTES[sample.heading], sample.part)
    return content / "schema", [place.value for place in examples(content).values()]


def test_every_json_sample_of_the_documentation_is_read() -> None:
    assert len(SAMPLES) == DOCUMENTATION.count("```json") == 22
    assert not [str(sample) for sample in SAMPLES if sample.heading not in {*ROUTES, *EVENTS}]


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_sample_of_the_documentation_is_valid(sample: Sample) -> None:
    schema, _ = schema_and_examples(sample)
    assert errors(schema, filled(sample.value)) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_a_sample_of_the_documentation_is_word_for_word_an_example(sample: Sample) -> None:
    _, shown = schema_and_examples(sample)
    assert verbatim(filled(sample.value)) in [verbatim(value) for value in shown]


def test_a_sample_with_another_number_order_or_value_would_be_noticed() -> None:
    sample = filled(SAMPLES[0].value)
    _, shown = schema_and_examples(SAMPLES[0])
    assert verbatim({**sample, "phone": "+1"}) not in [verbatim(value) for value in shown]
    assert verbatim(dict(reversed(sample.items()))) not in [verbatim(value) for value in shown]
    assert verbatim(parse("15.5")) != verbatim(parse("15.50"))


@pytest.mark.parametrize(("method", "path"), sorted(set(ROUTE.findall(DOCUMENTATION))))
def test_every_operation_of_the_documentation_is_in_the_documents(method: str, path: str) -> None:
    shared = path in {"/health", "/ready", "/metrics"}
    wanted = {"users", "orders", "payments", "notifications"} if shared else {path.split("/")[2].removesuffix("s")}
    services = {o.name.split(".")[0] for o in operations() if (o.method, o.path) == (method, path)}
    assert services == wanted if shared else len(services) == 1


@pytest.mark.parametrize("service", ["User", "Order", "Payment"])
def test_a_service_is_reached_where_the_documentation_says(service: str) -> None:
    found = re.search(rf"^\| {service} Service \|.*\| (http://\S+) \|", DOCUMENTATION, re.MULTILINE)
    assert found is not None
    assert document(f"openapi/{service.lower()}s.yaml")["servers"][0]["url"] == found[1]


@pytest.mark.parametrize(
    ("code", "title"), re.findall(r"^- `((?:USER|ORDER|PAY)_\d+)` - (.+)$", DOCUMENTATION, re.MULTILINE)
)
def test_every_error_code_of_the_documentation_is_a_problem_with_its_words(code: str, title: str) -> None:
    titles = {
        place.value["title"]
        for operation in operations()
        for response in operation.responses.values()
        for content in media(response)
        for name, place in examples(content).items()
        if name == code
    }
    assert titles == {title}


@pytest.mark.parametrize("status", re.findall(r"^- `(\d{3})` - ", DOCUMENTATION, re.MULTILINE))
def test_every_status_of_the_documentation_is_answered_by_an_operation(status: str) -> None:
    assert [operation.name for operation in operations() if int(status) in operation.responses]


def metrics() -> Iterator[tuple[str, str, str]]:
    """Service, name and help of each metric that the documentation names; of all services where it names none."""
    services: tuple[str, ...] = ("users", "orders", "payments", "notifications")
    monitoring = DOCUMENTATION.partition("## 📊 Monitoring Endpoints")[2].partition("\n## ")[0]
    for line in monitoring.splitlines():
        if heading := re.fullmatch(r"#### (\w+) Service *", line):
            services = (f"{heading[1].lower()}s",)
        elif metric := re.fullmatch(r"- `(\w+)` - (.+)", line):
            yield from ((service, metric[1], metric[2]) for service in services)


@pytest.mark.parametrize(("service", "metric", "words"), list(metrics()))
def test_every_metric_of_the_documentation_is_exposed_by_its_service(service: str, metric: str, words: str) -> None:
    text = str(examples(ROUTE_OF_METRICS[service].success / "content" / "text/plain")["families"].value)
    assert f"# HELP {metric} {words}\n# TYPE {metric} " in text


ROUTE_OF_METRICS = {o.name.split(".")[0]: o for o in operations() if o.name.endswith(".metrics")}


def test_the_orders_of_a_user_are_filtered_and_paged_as_documented() -> None:
    lines = re.findall(r"^- `(\w+)` \(optional\): .*?(?:\(default: (\d+)\))?$", DOCUMENTATION, re.MULTILINE)
    parameters = {p.value["name"]: p for p in ROUTES["GET /api/orders/user/{user_id}"].parameters}
    assert [name for name, _ in lines] == ["status", "limit", "offset"]
    for name, default in lines:
        assert not parameters[name].value.get("required", False)
        schema = (parameters[name] / "schema").value
        assert str(schema.get("default", "")) == default


def test_every_event_of_the_documentation_is_a_message_and_no_other() -> None:
    assert set(EVENTS) == set(re.findall(r"^#### `(\w+)`$", DOCUMENTATION, re.MULTILINE))
    assert at("asyncapi/users.yaml", "/channels/user_events/address").value == "user_events"
