from commerce_cli.control.commands import Input, controls
from commerce_contract import load


def test_every_operation_of_the_controls_is_exactly_one_command() -> None:
    commands = [command for verbs in controls().nouns.values() for command in verbs.values()]
    operations = load().services["admin"].operations
    assert sorted(command.operation.name for command in commands) == sorted(each.name for each in operations)


def test_a_command_reads_like_its_path() -> None:
    said = {
        command.operation.name: f"{noun} {verb}".strip()
        for noun, verbs in controls().nouns.items()
        for verb, command in verbs.items()
    }
    expected = {
        "admin.health": "health",
        "admin.reset": "reset",
        "admin.worlds": "worlds list",
        "admin.world": "worlds show",
        "admin.fork_world": "worlds fork",
        "admin.delete_world": "worlds delete",
        "admin.clock": "clock show",
        "admin.advance": "clock advance",
        "admin.set_service": "services set",
        "admin.settle": "payments settle",
        "admin.create_delivery_rule": "delivery-rules create",
        "admin.deliveries": "deliveries list",
        "admin.release_delivery": "deliveries release",
        "admin.release_deliveries": "deliveries release-all",
        "admin.drop_delivery": "deliveries delete",
        "admin.drop_deliveries": "deliveries clear",
    }
    assert {name: said[name] for name in expected} == expected


def inputs(noun: str, verb: str) -> dict[str, Input]:
    return {each.name: each for each in controls().nouns[noun][verb].inputs}


def test_inputs_come_from_path_query_and_body_with_what_the_document_says_of_them() -> None:
    settle = inputs("payments", "settle")
    assert [(each.name, each.place, each.required) for each in settle.values()][:2] == [
        ("payment_id", "path", True),
        ("status", "body", True),
    ]
    assert settle["status"].choices == ("completed", "failed")
    assert settle["failureReason"].help.startswith("Why it failed")
    limit = inputs("worlds", "list")["limit"]
    assert (limit.place, limit.kind, limit.required) == ("query", "integer", False)
    assert limit.help.endswith("[default: 10]")
    assert inputs("services", "set")["up"].kind == "boolean"


def test_the_mock_is_where_the_document_says() -> None:
    assert controls().url == "http://localhost:3010"
