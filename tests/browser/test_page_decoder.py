"""The browser's decoder against the server's cutter and reference decoder, on the same frames."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Page

from dashboard.frames import codec
from dashboard.frames.cutter import FrameCutter
from dashboard.picture.picture import Picture
from tests.picture.sequences import in_time
from tests.picture.sights import START
from tests.picture.strategies import Step, steps

APPLY_ALL = """async ([first, frames]) => {
  const { apply } = await import("/static/dashboard/js/decoder.js");
  return frames.reduce((picture, text) => apply(picture, JSON.parse(text)),
                       apply(null, JSON.parse(first)));
}"""


def text(frame: dict[str, Any]) -> str:
    return codec.encode(frame).decode()


@settings(
    max_examples=60,
    deadline=None,
    # The page keeps nothing between two examples.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sequence=steps)
def test_a_keyframe_and_its_deltas_are_a_fresh_keyframe_in_the_browser_too(
    modules: Page, sequence: list[Step]
) -> None:
    picture = Picture(started_at=START)
    cutter = FrameCutter("epoch")
    first = cutter.key(picture.shown(), START)
    frames, now = [], START
    for now, observation in in_time(sequence):
        if observation is not None:
            picture.observe(observation)
        picture.tick(now)
        frames.append(cutter.delta(picture.shown(), now) or cutter.heartbeat(now))

    decoded = modules.evaluate(APPLY_ALL, [text(first), [text(frame) for frame in frames]])

    reference = codec.apply(None, codec.decode(codec.encode(first)))
    for frame in frames:
        reference = codec.apply(reference, codec.decode(codec.encode(frame)))
    fresh = codec.apply(None, codec.decode(codec.encode(cutter.key(picture.shown(), now))))
    assert decoded == reference
    assert {**decoded, "sent_at": 0} == {**fresh, "sent_at": 0}


def evaluated(modules: Page, body: str) -> Any:
    return modules.evaluate(
        f"""async () => {{
            const {{ apply, Gap }} = await import("/static/dashboard/js/decoder.js");
            const key = {{ t: "key", v: 1, epoch: "e", seq: 4, sent_at: 1, cluster: {{}},
                ledger: {{}}, services: {{}}, topics: {{ "t:a": {{ topic_id: "1" }} }},
                groups: {{}}, edges: {{}}, lines: {{}}, commands: {{}}, reports: {{}},
                events: [] }};
            const picture = apply(null, key);
            {body}
        }}"""
    )


def test_a_delta_that_does_not_follow_is_a_gap(modules: Page) -> None:
    body = """
        const gap = (picture, seq) => {
          try { apply(picture, { t: "delta", seq, sent_at: 2 }); }
          catch (error) { return error instanceof Gap; }
          return false;
        };
        return [gap(picture, 4), gap(picture, 5), gap(picture, 6), gap(null, 1)];
    """
    assert evaluated(modules, body) == [True, False, True, True]


def test_a_topic_made_anew_is_deleted_and_set_in_one_delta(modules: Page) -> None:
    body = """
        const after = apply(picture, { t: "delta", seq: 5, sent_at: 2, del: { topics: ["t:a"] },
            set: { topics: { "t:a": { topic_id: "2" } } } });
        return [after.topics["t:a"].topic_id, picture.topics["t:a"].topic_id];
    """
    assert evaluated(modules, body) == ["2", "1"]


def test_an_id_like_a_word_of_javascript_is_an_id_like_any_other(modules: Page) -> None:
    body = """
        const topics = JSON.parse('{"__proto__":{"name":"x"}}');
        const frame = { t: "delta", seq: 5, sent_at: 2, set: { topics } };
        const after = apply(picture, frame);
        return [Object.keys(after.topics), ({}).name === undefined];
    """
    assert evaluated(modules, body) == [["t:a", "__proto__"], True]
