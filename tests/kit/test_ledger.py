"""Ledger entries: small, exact, and never mistaken for what others write into commits."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from flowviz.kit.book import MAX_RUNS, Book, Verdict
from flowviz.kit.ledger import MAX_COUNTER, USUAL_BYTES, LedgerEntry, Was, parse

entries = st.builds(
    LedgerEntry,
    *[st.integers(0, MAX_COUNTER)] * 7,
    st.none() | st.text(min_size=1, max_size=36),
    st.none() | st.text(min_size=1, max_size=36),
    st.none() | st.builds(Was, *[st.integers(0, MAX_COUNTER)] * 2),
)
usual = st.integers(0, 10**9)


@given(entries)
def test_an_entry_is_read_back_as_it_was_written(entry: LedgerEntry) -> None:
    assert parse(entry.encode()) == entry


@given(
    st.builds(
        LedgerEntry,
        *[usual] * 7,
        st.uuids().map(str),
        st.just("x" * 22),
        st.builds(Was, usual, usual),
    )
)
def test_an_entry_of_a_thousand_million_events_stays_small(entry: LedgerEntry) -> None:
    assert len(entry.encode().encode()) < USUAL_BYTES


@given(
    st.none()
    | st.text()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(json.dumps)
)
def test_what_strangers_write_is_no_entry(metadata: str | None) -> None:
    assert parse(metadata) is None


def test_an_entry_with_a_wrong_field_is_none() -> None:
    good = json.loads(LedgerEntry(base=3).encode())
    wrong: list[dict[str, object]] = [
        {"v": 2},
        {"v": True},
        {"done": -1},
        {"done": 1.0},
        {"done": None},
        {"base": MAX_COUNTER + 1},
        {"rw": 5},
        {"rw": "x" * 37},
        {"t": 5},
        {"t": ""},
        {"was": 5},
        {"was": None},
        {"was": [1]},
        {"was": [1, -1]},
    ]
    assert parse(json.dumps(good)) == LedgerEntry(base=3)
    assert [parse(json.dumps(good | bad)) for bad in wrong] == [None] * len(wrong)
    assert parse("[" * 4_000) is None


def test_what_no_counter_explains_is_told() -> None:
    entry = LedgerEntry(base=10, done=5, dead=1, skipped=1, gaps=2, lost=1)
    assert [entry.unaccounted(committed) for committed in (20, 23, 19)] == [0, 3, -1]


steps = st.lists(
    st.tuples(st.sampled_from(["done", "dead", "skipped", "lose", "skip"]), st.integers(0, 3)),
    max_size=60,
)


@given(st.integers(0, 50), steps)
def test_a_book_adds_up_at_every_offset_that_may_be_committed(
    base: int, told: list[tuple[str, int]]
) -> None:
    book = Book(base)
    at: dict[int, LedgerEntry] = {base: book.entry_at(base)}
    for what, ahead in told:
        if what == "lose":
            book.lose_to(book.position + ahead)
        elif what == "skip":
            book.skip_to(book.position + ahead)
        else:
            verdict: Verdict = "done" if what == "done" else "dead" if what == "dead" else "skipped"
            assert book.count(book.position + ahead, verdict)
        at[book.position] = book.entry_at(book.position)
    for offset, entry in at.items():
        assert entry.unaccounted(offset) == 0
        assert book.entry_at(offset) == entry, "a late commit says what was true at its offset"


def test_an_event_before_the_position_is_not_counted_again() -> None:
    book = Book(5)
    assert book.count(5, "done")
    assert not book.count(5, "done")
    assert book.entry_at(6) == LedgerEntry(base=5, done=1)


def test_a_commit_ahead_of_what_was_handled_skips_the_rest() -> None:
    book = Book(0)
    book.count(0, "done")
    assert book.entry_at(10) == LedgerEntry(base=0, done=1, skipped=9)


def test_a_new_pass_starts_from_nothing_and_remembers_the_rewind_and_what_was_before() -> None:
    book = Book(7, LedgerEntry(base=0, number=2, done=7, rw="old"))
    book.count(7, "done")
    book.start_over(3, "new")
    assert book.entry_at(3) == LedgerEntry(base=3, number=3, rw="new", was=Was(to=8, done=8))
    book.count(3, "done")
    book.count(4, "dead")
    book.start_over(1)
    assert book.entry_at(1) == LedgerEntry(base=1, number=4, rw="new", was=Was(to=5, done=9))
    assert book.entry_at(0).was == Was(to=5, done=9)


def test_of_a_topic_that_was_made_anew_nothing_was_before() -> None:
    book = Book(7, LedgerEntry(base=0, done=7, topic_id="old", was=Was(7, 7)))
    book.other_topic(0, "new")
    assert book.entry_at(0) == LedgerEntry(base=0, number=2, topic_id="new")


def test_a_book_remembers_a_bounded_number_of_stretches_and_still_adds_up() -> None:
    book = Book(0)
    for offset in range(0, 4 * MAX_RUNS, 2):
        book.count(offset, "done")
    assert len(book._runs) == MAX_RUNS
    assert book.entry_at(10).unaccounted(10) == 0
    end = book.position
    book.confirm(end)
    assert len(book._runs) == 1
    assert book.entry_at(end) == LedgerEntry(base=0, done=2 * MAX_RUNS, gaps=2 * MAX_RUNS - 1)
