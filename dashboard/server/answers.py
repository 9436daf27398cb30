"""What the server itself answers where no view is reached, with the headers of every other answer.

Whoever sent something that is no request gets a sentence, and nothing of what was sent comes back.
"""

from __future__ import annotations

from http import HTTPStatus

from dashboard.views.headers import HEADERS

SENTENCES = {
    400: "This request could not be understood.",
    403: "The socket is for Flowviz's own page.",
    413: "This request carries more than Flowviz takes.",
    431: "The headers of this request are longer than Flowviz takes.",
    500: "Something broke in Flowviz itself; the terminal it runs in has the details.",
}
ELSE = "This request cannot be answered."


def sentence(status: int) -> str:
    return SENTENCES.get(status, ELSE)


def headers(status: int) -> dict[str, str]:
    return HEADERS | {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(sentence(status).encode())),
        "Cache-Control": "no-store",
    }


def last_answer(status: int) -> bytes:
    """The whole answer as it goes over the wire; the connection ends after it."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers(status).items()]
    lines += ["Connection: close", "", sentence(status)]
    return "\r\n".join(lines).encode()
