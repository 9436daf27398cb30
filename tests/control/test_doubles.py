"""To whom an action goes as well, while the line of direct calls runs."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.control.doubles import others
from dashboard.control.sentences import together


def entity(name: str, twin_of: str | None = None, **more: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"state": "running", "calls": [], "actions": {}, "ever_started": True}
    return {"name": name, "twin_of": twin_of} | fields | more


def services(state: str = "running", **more: Any) -> dict[str, dict[str, Any]]:
    found = (
        entity("scanner"),
        entity("quality"),
        entity("analytics"),
        entity("scanner-d", "scanner", calls=["quality-d"], state=state),
        entity("quality-d", "quality", calls=["shipping-d"], state=state, **more),
        entity("shipping-d", "shipping", state=state),
    )
    return {f"s:{one['name']}": one for one in found}


@pytest.mark.parametrize("action", ["pause", "resume", "slow", "crash", "freeze", "thaw", "stop"])
def test_it_goes_to_both_of_a_pair_in_either_direction(action: str) -> None:
    assert others("quality", action, {}, services()) == ("quality-d",)
    assert others("quality-d", action, {}, services()) == ("quality",)
    assert others("analytics", action, {}, services()) == (), "it has no double"
    assert others("nobody", action, {}, services()) == ()


@pytest.mark.parametrize("action", ["scale", "rewind", "flood", "options"])
def test_what_has_no_meaning_for_who_is_called_stays_with_the_original(action: str) -> None:
    assert others("quality", action, {}, services()) == ()


def test_while_the_line_is_switched_off_nothing_goes_to_it() -> None:
    assert others("quality", "pause", {}, services(state="stopped")) == ()


def test_one_instance_of_several_has_no_double() -> None:
    assert others("quality", "crash", {"instance": "quality-2"}, services()) == ()
    assert others("quality", "crash", {"instance": ""}, services()) == ("quality-d",)


def test_who_cannot_be_asked_is_left_out_and_a_stopped_one_is_started_with_it() -> None:
    unable = services(actions={"pause": "It does not use the Flowviz kit."})
    assert others("quality", "pause", {}, unable) == ()
    found = services()
    found["s:quality-d"]["state"] = "stopped"
    assert others("quality", "start", {}, found) == ("quality-d",)


def test_an_option_of_one_caller_goes_to_all_callers_of_the_direct_line() -> None:
    assert others("scanner-d", "options", {"retries": False}, services()) == ("quality-d",)


def test_the_sentence_says_to_what_it_went() -> None:
    assert together("quality", "pause", {}) == "In both lines: asked quality to pause."
    off = together("scanner-d", "options", {"retries": False})
    assert off == "Asked the line of direct calls for retries off."
