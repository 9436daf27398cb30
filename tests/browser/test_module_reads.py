"""Which groups read which topic, for all topics at once."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.modules import run

COUNTED = """
let times = 0;
const ownKeys = (all) => { times += 1; return Reflect.ownKeys(all); };
const reads = m.readsByTopic({ ...a, edges: new Proxy(a.edges, { ownKeys }) });
const named = ({ edge, colour }) => [edge.group, colour];
return [[...reads].map(([topic, ofOne]) => [topic, ofOne.map(named)]), times];
"""


def test_each_topic_has_its_readers_in_the_order_of_the_groups_and_edges_are_gone_through_once(
    modules: Page,
) -> None:
    services: dict[str, dict[str, object]] = {"s:quality": {}, "s:billing": {}}
    owners = {"billing": "s:billing", "other": "g:other", "quality": "s:quality"}
    groups = {
        f"g:{name}": {"name": name, "owner": owner, "colour": colour}
        for colour, (name, owner) in enumerate(owners.items())
    }
    pairs = [
        ("orders", "other"),
        ("parts", "billing"),
        ("orders", "billing"),
        ("orders", "quality"),
    ]
    edges = {
        f"r:t:{topic}>g:{group}": {"kind": "reads", "from": f"t:{topic}", "group": group}
        for topic, group in [*pairs, ("parts", "not told yet")]
    }
    edges["w:s:quality>t:parts"] = {"kind": "writes", "from": "s:quality", "to": "t:parts"}
    picture = {"services": services, "groups": groups, "edges": edges}
    told, times = run(modules, "graph", COUNTED, picture)
    assert dict(told) == {
        "t:orders": [["quality", 2], ["billing", 0], ["other", 1]],
        "t:parts": [["billing", 0], ["not told yet", 0]],
    }
    assert times == 1
