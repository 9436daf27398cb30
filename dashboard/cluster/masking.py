"""Secrets in payloads: found by the names they stand under, and never shown.

Masking looks at names only: a secret under an innocent name is shown. It errs on the side of
hiding: `card_type` is masked as well as `card_number`.
"""

from __future__ import annotations

import re

MASK = "•••"

SECRET_PARTS = (
    "password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey",
    "privatekey", "signingkey", "credential", "authorization", "cookie", "sessionid",
    "creditcard", "cardnumber", "iban", "accountnumber", "connectionstring",
)  # fmt: skip
"""A name is secret when it holds one of these, after case and separators are taken away."""

SECRET_WORDS = frozenset(
    {"card", "pan", "pin", "pwd", "pass", "cvv", "cvc", "ssn", "otp", "auth", "jwt", "bearer"}
)
"""Too short to be looked for inside words ("discard", "span"): secret as a word of their own."""

MAX_NAME = 200
"""A longer name is not taken apart; it is masked."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_IN_TEXT = re.compile(
    r"""(?<!\w)(?P<open>\\*["'])?(?P<name>[A-Za-z][\w.-]{1,199})(?(open)\\*["'])"""
    r"""(?P<between>\s{0,4}[:=]\s{0,4})"""
    r"""(?P<value>(?P<quote>\\*["']).*?(?:(?P=quote)|$)"""
    r"""|(?:(?:bearer|basic|digest)\s+)?[^\s"'&;,<>{}]+)""",
    re.IGNORECASE | re.DOTALL,
)
_IN_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,100}):[^\s/@]{1,200}@", re.I)


def is_secret(name: str) -> bool:
    """Whether what stands under this name is not for showing."""
    if len(name) > MAX_NAME:
        return True
    plain = _SEPARATORS.sub("", name.lower())
    if any(part in plain for part in SECRET_PARTS):
        return True
    return any(word.lower() in SECRET_WORDS for word in _WORDS.findall(name))


def mask_text(text: str) -> str:
    """Free text with what follows `password=`, `"token":` and the like masked."""
    masked = _IN_URL.sub(rf"\g<scheme>:{MASK}@", text)
    return _IN_TEXT.sub(_mask_found, masked)


def _mask_found(found: re.Match[str]) -> str:
    if not is_secret(found["name"]):
        return found.group()
    kept = found.group()[: found.start("value") - found.start()]
    quote = found["quote"] or ""
    return f"{kept}{quote}{MASK}{quote}"


def mask(value: object) -> object:
    """What `json.loads` gave, with every value masked that stands under a secret name.

    Objects and lists under such a name go whole. Strings are looked at as text, for JSON is
    often put into JSON.
    """
    if isinstance(value, dict):
        return {
            name: MASK if is_secret(name) and inner is not None else mask(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [mask(inner) for inner in value]
    return mask_text(value) if isinstance(value, str) else value
