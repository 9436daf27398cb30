import json

from hypothesis import given
from hypothesis import strategies as st

from dashboard.cluster.payload import read
from flowviz.numbers import count


def test_json_is_indented_and_masked() -> None:
    found = read(b'{"part": 7, "token": "abc"}', 1_000)
    assert found.form == "json"
    assert json.loads(found.text or "") == {"part": 7, "token": "•••"}
    assert not found.truncated


def test_text_is_text() -> None:
    assert read("Teil geprüft".encode(), 1_000).text == "Teil geprüft"


def test_no_value_says_so() -> None:
    found = read(None, 1_000)
    assert (found.form, found.text) == ("none", None)
    assert found.note is not None


def test_an_empty_value_is_not_a_missing_one() -> None:
    assert read(b"", 1_000).text == ""


def test_invalid_utf8_is_shown_as_bytes() -> None:
    found = read(b"\xc3\x28 half a letter", 1_000)
    assert found.form == "bytes"
    assert found.text is not None
    assert found.text.startswith("c3 28 20")
    assert found.text.endswith("(16 bytes)")


def test_a_megabyte_is_cut_and_its_size_said() -> None:
    raw = json.dumps({"blob": "x" * 1_000_000}).encode()
    found = read(raw, 4_096)
    assert found.truncated
    assert len(found.text or "") == 4_096
    assert f"{count(len(raw))} bytes" in (found.note or "")


def test_a_secret_at_the_cut_of_a_text_that_is_too_large_to_parse_is_masked() -> None:
    raw = ("x" * 80 + ' "password": "' + "s3cret" * 400_000).encode()
    found = read(raw, 100)
    assert found.form == "text"
    assert found.truncated
    assert "s3c" not in (found.text or "")


def test_json_nested_too_deep_is_shown_as_text() -> None:
    assert read(b"[" * 200_000, 1_000).form == "text"


def test_half_a_surrogate_can_still_be_sent() -> None:
    (read(b'{"a": "\\ud800"}', 1_000).text or "").encode()


@given(st.binary(max_size=300))
def test_any_bytes_can_be_shown(raw: bytes) -> None:
    found = read(raw, 100)
    assert found.text is not None
    found.text.encode()
    assert len(found.text) <= 400
