import pytest

from dashboard.tap.topic_filter import TopicFilter, TopicFilterError


def test_everything_is_shown_unless_told_otherwise() -> None:
    assert TopicFilter.parse("").shows("parts.scanned")
    assert TopicFilter().shows("parts.scanned")


@pytest.mark.parametrize("own", ["__consumer_offsets", "flowviz.control", "flowviz.status"])
def test_kafkas_and_our_own_topics_are_never_shown(own: str) -> None:
    assert not TopicFilter.parse("*").shows(own)
    assert not TopicFilter.parse(own).shows(own)


def test_our_own_two_are_always_read() -> None:
    shown = TopicFilter.parse("orders.*")
    assert shown.reads("flowviz.control")
    assert shown.reads("flowviz.status")
    assert not shown.reads("__consumer_offsets")


def test_patterns_include_and_exclude() -> None:
    shown = TopicFilter.parse(" orders.*, !*.internal ,parts.scanned")
    assert shown.shows("orders.placed")
    assert shown.shows("parts.scanned")
    assert not shown.shows("orders.internal")
    assert not shown.shows("parts.graded")


def test_excluding_alone_shows_the_rest() -> None:
    shown = TopicFilter.parse("!*.internal")
    assert shown.shows("orders")
    assert not shown.shows("orders.internal")


def test_capital_letters_count() -> None:
    assert not TopicFilter.parse("Orders").shows("orders")


@pytest.mark.parametrize("text", ["orders .x", "[ab]*", "!", "a;b", "ä", "x" * 300])
def test_a_pattern_that_can_match_no_topic_is_refused_by_name(text: str) -> None:
    with pytest.raises(TopicFilterError, match="FLOWVIZ_TOPICS"):
        TopicFilter.parse(text)


def test_there_is_a_limit_to_patterns() -> None:
    with pytest.raises(TopicFilterError, match="at most"):
        TopicFilter.parse(",".join(["a"] * 201))
