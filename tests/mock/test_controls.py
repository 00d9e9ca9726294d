from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from commerce_contract import Contract, load
from commerce_mock.controls import with_controls
from harness.platform import Platform, contract

ROOT = Path(__file__).parents[2]
FIFTH = ROOT / "tests/fifth_service/contract"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The platform's own documents without the controls."""
    place = tmp_path_factory.mktemp("bare")
    for kind in ("openapi", "asyncapi"):
        copytree(ROOT / kind, place / kind)
    (place / "openapi/mock-admin.yaml").unlink()
    return place


def fifth() -> Contract:
    return contract(FIFTH)


def test_a_contract_that_has_controls_is_left_as_it_is() -> None:
    assert with_controls(contract()) is contract()
    once = with_controls(fifth())
    assert with_controls(once) is once


def test_the_controls_are_a_service_beside_the_others() -> None:
    joined = with_controls(fifth())
    assert list(joined.services) == ["shipments", "admin"]
    assert joined.services["admin"].port == contract().services["admin"].port
    (document,) = joined.services["admin"].documents
    assert (joined.root / document).resolve() == ROOT / "openapi/mock-admin.yaml"
    assert joined.resources == fifth().resources
    assert joined.problems == fifth().problems


def test_payments_are_settled_by_hand_only_where_they_are_stored(bare: Path) -> None:
    assert "admin.settle" not in with_controls(fifth()).operations
    assert "admin.settle" in with_controls(load(bare)).operations


def test_the_rules_run_with_documents_that_lack_the_controls(bare: Path) -> None:
    platform = Platform(bare, payment_delay=3600)
    assert platform.engine.notes == ()
    ann = platform.register()
    order = platform.order(ann)
    payment = platform.pay(ann, order).json
    settled = platform.post("admin", f"/__admin/payments/{payment['id']}/settle", {"status": "completed"})
    assert settled.json["status"] == "completed"
    assert platform.get("orders", f"/api/orders/{order['id']}", ann.token).json["status"] == "confirmed"


def test_the_controls_give_way_to_a_service_on_their_port() -> None:
    port = contract().services["admin"].port
    shipments = replace(fifth().services["shipments"], port=port)
    joined = with_controls(replace(fifth(), services={"shipments": shipments}))
    assert joined.services["admin"].port == 0


def test_the_controls_are_left_out_where_their_name_is_taken() -> None:
    taken = replace(fifth(), services={"admin": fifth().services["shipments"]})
    left = with_controls(taken)
    assert left.operations == taken.operations
    (note,) = left.notes
    assert "`admin`" in note


def test_what_takes_the_place_of_the_controls_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "admin.yaml").write_text((ROOT / "tests/foreign/museum.yaml").read_text())
    once = with_controls(load(tmp_path))
    assert sum("/__admin are left out" in note for note in once.notes) == 1
    assert with_controls(once) is once
