from hypothesis import given
from hypothesis import strategies as st

from dashboard.cluster.legible import label, legible, one_line


def test_text_is_shown_as_it_is() -> None:
    assert label("Prüfung 4 ✓".encode(), 120) == "Prüfung 4 ✓"


def test_bytes_that_are_no_text_are_shown_in_hexadecimal() -> None:
    assert label(b"\xff\x00\x01", 120) == "ff 00 01 (3 bytes)"


def test_a_long_key_ends_in_an_ellipsis() -> None:
    shown = label(b"k" * 5_000, 120)
    assert len(shown) == 120
    assert shown.endswith("k…")


def test_a_cut_through_a_character_does_not_make_text_into_bytes() -> None:
    assert label("€".encode() * 1_000, 10) == "€€€€€€€€€…"


def test_control_characters_are_written_out() -> None:
    assert legible("a\x00b\u202ec\n") == "a\\x00b\\u202ec\n"
    assert one_line("a\nb", 10) == "a\\x0ab"


@given(st.binary(max_size=200), st.integers(min_value=8, max_value=60))
def test_any_bytes_become_one_bounded_line_that_can_be_encoded(raw: bytes, limit: int) -> None:
    shown = label(raw, limit)
    shown.encode()
    assert len(shown) <= limit
    assert "\n" not in shown
