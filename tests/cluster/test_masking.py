import pytest

from dashboard.cluster.masking import MASK, is_secret, mask, mask_text

SECRET = "s3cr3t-value"


@pytest.mark.parametrize(
    "name",
    [
        "password", "PASSWORD", "db_password", "userPassword", "access_token", "accessToken",
        "Authorization", "client-secret", "x-api-key", "apiKey", "card", "cardNumber",
        "card_number", "creditCard", "cvv", "pin", "private.key", "set-cookie", "IBAN", "n" * 500,
    ],
)  # fmt: skip
def test_these_names_are_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["discard", "span", "pinned", "cardinality", "author", "part", "", "grade", "passed"]
)
def test_these_names_are_not(name: str) -> None:
    assert not is_secret(name)


def test_what_stands_under_a_secret_name_is_masked_at_any_depth() -> None:
    value = {"user": "ada", "auth": {"any": SECRET}, "list": [{"token": SECRET}, {"ok": 1}]}
    assert mask(value) == {"user": "ada", "auth": MASK, "list": [{"token": MASK}, {"ok": 1}]}


@pytest.mark.parametrize(
    "text",
    [
        f"password={SECRET}&user=ada",
        f"user=ada;password = {SECRET}; port=1",
        f'{{"password": "{SECRET}", "broken',
        f'{{"password": "{SECRET}',
        f'{{\\"token\\": \\"{SECRET}\\"}}',
        f"Authorization: Bearer {SECRET}",
        f"password: 'a\n{SECRET}'",
        f"postgres://ada:{SECRET}@db/parts",
    ],
)
def test_secrets_in_free_text_are_masked(text: str) -> None:
    masked = mask_text(text)
    assert SECRET not in masked
    assert MASK in masked


def test_json_inside_json_is_masked() -> None:
    assert SECRET not in str(mask({"body": f'{{"password":"{SECRET}"}}'}))


def test_what_is_not_secret_stays() -> None:
    text = 'part=7, note: "discard it", grade=B at 12:03:04'
    assert mask_text(text) == text


def test_a_megabyte_without_a_break_is_looked_through() -> None:
    assert mask_text("a" * 1_000_000 + " password=x") == "a" * 1_000_000 + f" password={MASK}"
