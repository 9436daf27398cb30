"""The one check of who may look and who may act."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from dashboard.control.authority import (
    NotAllowed,
    Visit,
    demand_act,
    demand_look,
    demand_socket,
    why_not_act,
)

HOSTS = ("127.0.0.1", "localhost", "[::1]", "flow.example")
SCRIPT = Visit(
    scheme="http",
    host="127.0.0.1:8000",
    origin=None,
    fetch_site=None,
    peer="127.0.0.1",
    forwarded=False,
    content_type="application/json",
    has_body=True,
)
PAGE = replace(SCRIPT, origin="http://127.0.0.1:8000", fetch_site="same-origin")
ELSEWHERE = replace(SCRIPT, host="flow.example:8000", peer="192.0.2.44")


@pytest.mark.parametrize(
    "visit",
    [
        SCRIPT,
        PAGE,
        replace(PAGE, host="localhost:8000", origin="http://localhost:8000"),
        replace(PAGE, host="[::1]:8000", origin="http://[::1]:8000", peer="::1"),
        replace(PAGE, host="127.0.0.1", origin="http://127.0.0.1"),
        replace(PAGE, host="127.0.0.1:80", origin="http://127.0.0.1"),
        replace(PAGE, scheme="https", host="localhost", origin="https://localhost:443"),
        replace(PAGE, host="LOCALHOST:8000", origin="http://localhost:8000"),
        replace(SCRIPT, fetch_site="none"),
        replace(SCRIPT, peer="127.9.9.9"),
        replace(SCRIPT, peer="::ffff:127.0.0.1"),
        replace(SCRIPT, content_type=None, has_body=False),
        replace(SCRIPT, content_type="application/json; charset=utf-8"),
    ],
)
def test_our_own_page_and_scripts_on_this_machine_may_act(visit: Visit) -> None:
    demand_act(visit, HOSTS, json_only=True)


@pytest.mark.parametrize(
    "visit",
    [
        replace(PAGE, origin="null"),
        replace(PAGE, origin=""),
        replace(PAGE, origin="http://evil.example"),
        replace(PAGE, origin="http://127.0.0.1:8001"),
        replace(PAGE, origin="https://127.0.0.1:8000"),
        replace(PAGE, origin="http://localhost:8000"),
        replace(PAGE, origin="http://127.0.0.1:8000/path"),
        replace(PAGE, origin="http://someone@127.0.0.1:8000"),
        replace(PAGE, origin="http://127.0.0.1:99999"),
        replace(PAGE, origin="http://127.0.0.1:8000.evil.example"),
        replace(PAGE, fetch_site="cross-site"),
        replace(PAGE, fetch_site="same-site"),
        replace(SCRIPT, fetch_site="cross-site"),
        replace(SCRIPT, peer="192.0.2.44"),
        replace(SCRIPT, peer="::ffff:192.0.2.44"),
        replace(SCRIPT, peer=None),
        replace(SCRIPT, peer="not an address"),
        replace(SCRIPT, forwarded=True),
        replace(SCRIPT, content_type="text/plain"),
        replace(SCRIPT, content_type="application/x-www-form-urlencoded"),
        replace(SCRIPT, content_type="multipart/form-data; boundary=application/json"),
        replace(SCRIPT, content_type=None, has_body=True),
        replace(SCRIPT, content_type="application/json-seq"),
    ],
)
def test_nobody_else_may_act(visit: Visit) -> None:
    with pytest.raises(NotAllowed) as caught:
        demand_act(visit, HOSTS, json_only=True)
    assert caught.value.status == 403


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "evil.example:8000", "127.0.0.1.x", "*"]
)
def test_a_host_that_is_not_served_may_not_even_look(host: str | None) -> None:
    visit = replace(PAGE, host=host)
    for demand in (demand_look, demand_socket, partial(demand_act, json_only=False)):
        with pytest.raises(NotAllowed) as caught:
            demand(visit, HOSTS)
        assert caught.value.status == 400


def test_people_on_other_machines_look_and_do_not_act() -> None:
    demand_look(ELSEWHERE, HOSTS)
    demand_socket(replace(ELSEWHERE, origin="http://flow.example:8000"), HOSTS)
    with pytest.raises(NotAllowed, match="one can only look"):
        demand_act(ELSEWHERE, HOSTS, json_only=True)


PUBLIC = ("https://flow.example", "https://flow.example:8443")
THROUGH_TLS = replace(PAGE, host="flow.example", origin="https://flow.example")


@pytest.mark.parametrize(
    "visit",
    [
        THROUGH_TLS,
        replace(THROUGH_TLS, host="flow.example:8443", origin="https://flow.example:8443"),
        replace(THROUGH_TLS, host="127.0.0.1:8000"),  # as nginx does by itself
        replace(THROUGH_TLS, origin="https://FLOW.example:443"),
        replace(THROUGH_TLS, forwarded=True),
    ],
)
def test_a_proxy_that_ends_tls_may_show_the_page_where_its_origin_was_named(visit: Visit) -> None:
    demand_look(visit, HOSTS)
    demand_socket(visit, HOSTS, PUBLIC)
    with pytest.raises(NotAllowed, match="another site"):
        demand_socket(visit, HOSTS)


@pytest.mark.parametrize(
    "origin",
    [
        "http://flow.example:8443",
        "https://flow.example:8444",
        "https://other.example",
        "https://flow.example.evil.example",
        "null",
    ],
)
def test_no_other_origin_comes_in_beside_the_named_ones(origin: str) -> None:
    with pytest.raises(NotAllowed, match="another site"):
        demand_socket(replace(THROUGH_TLS, origin=origin), HOSTS, PUBLIC)


@pytest.mark.parametrize(
    "visit",
    [
        THROUGH_TLS,
        replace(THROUGH_TLS, host="127.0.0.1:8000"),
        replace(THROUGH_TLS, origin=None),  # a script, through a proxy that says nothing of itself
        replace(THROUGH_TLS, host="flow.example:8443", origin=None),
        replace(THROUGH_TLS, origin="http://flow.example"),
    ],
)
def test_under_a_public_origin_nobody_acts_although_the_proxy_is_on_this_machine(
    visit: Visit,
) -> None:
    with pytest.raises(NotAllowed, match="one can only look"):
        demand_act(visit, HOSTS, PUBLIC, json_only=True)
    assert "only look" in (why_not_act(visit, HOSTS, PUBLIC) or "")


def test_beside_a_proxy_people_on_this_machine_act_as_ever() -> None:
    demand_act(PAGE, HOSTS, PUBLIC, json_only=True)
    assert why_not_act(PAGE, HOSTS, PUBLIC) is None
    followed = replace(PAGE, fetch_site="cross-site", navigates=True)
    assert why_not_act(followed, HOSTS, PUBLIC) is None


def test_what_a_foreign_page_loads_of_ours_it_does_not_get_but_its_links_lead_here() -> None:
    for site in ("cross-site", "same-site", "Cross-Site"):
        with pytest.raises(NotAllowed, match="another site"):
            demand_look(replace(SCRIPT, fetch_site=site), HOSTS)
        demand_look(replace(SCRIPT, fetch_site=site, navigates=True), HOSTS)


def test_a_form_is_taken_where_no_json_is_demanded() -> None:
    form = replace(PAGE, content_type="application/x-www-form-urlencoded")
    demand_act(form, HOSTS, json_only=False)


def test_the_socket_demands_an_origin() -> None:
    demand_socket(PAGE, HOSTS)
    with pytest.raises(NotAllowed, match="Origin"):
        demand_socket(SCRIPT, HOSTS)
