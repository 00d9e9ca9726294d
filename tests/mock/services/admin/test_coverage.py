"""The coverage's controls."""

from harness.platform import Platform
from harness.stage import Stage


def test_the_coverage_is_of_this_world_or_of_all() -> None:
    platform = Platform()
    first = platform.world
    platform.world = platform.engine.worlds.fork(first, "w42")
    platform.register()

    def created(query: str) -> int:
        told = platform.get("admin", f"/__admin/coverage{query}").json
        (item,) = (item for item in told["items"] if item["name"] == "users.create")
        count: int = item["count"]
        return count

    assert (created(""), created("?worlds=all")) == (1, 1)
    platform.world = first
    assert (created(""), created("?worlds=this"), created("?worlds=all")) == (0, 0, 1)


def test_a_new_beginning_is_for_all_worlds() -> None:
    stage = Stage()
    stage.send(stage.ask("orders.create"))
    assert stage.platform.get("admin", "/__admin/coverage").json["covered"] > 0
    assert stage.platform.send("admin", "DELETE", "/__admin/coverage").status == 204
    assert stage.platform.get("admin", "/__admin/coverage?worlds=all").json["covered"] == 0


def test_a_world_that_stands_by_itself_is_all_that_there_is() -> None:
    platform = Platform()
    platform.world.worlds = None
    platform.register()
    covered = [platform.get("admin", f"/__admin/coverage?worlds={which}").json["covered"] for which in ("all", "this")]
    assert covered == [3, 3]
    assert platform.send("admin", "DELETE", "/__admin/coverage").status == 204
