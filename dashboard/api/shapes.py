"""Shapes of answers, for the OpenAPI document. Null always means: not known."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class ProblemOut(Schema):
    """RFC 9457."""

    title: str
    status: int
    detail: str | None = None


class CommandOut(Schema):
    command: str


class SaidOut(Schema):
    """What was done, in sentences."""

    said: str


class PartitionOut(Schema):
    """How far a group has come in one partition. `committed` is the next offset to read."""

    topic: str
    partition: int
    committed: int | None
    end: int | None
    start: int | None
    lag: int | None
    lost: int | None
    why: str | None
    retention: str | None
    retention_seconds: float | None


class LagOut(Schema):
    """`groups` has for each group one lag an instant in `at` (Unix ms), oldest first."""

    at: list[int]
    groups: dict[str, list[int | None]]


class LogOut(Schema):
    """One partition of a topic: the first offset that is there, and the one the next event gets."""

    partition: int
    start: int | None
    end: int | None
    leader: bool


class RecordOut(Schema):
    """One record, masked and bounded. `size` counts the bytes of the value as it is stored."""

    topic: str
    partition: int
    offset: int
    at: int | None
    key: str | None
    headers: list[tuple[str, str | None]]
    form: str
    text: str | None
    size: int
    truncated: bool
    notes: list[str]


class FlowOut(Schema):
    """The picture: the entities of docs/protocol.md as lists."""

    cluster: dict[str, Any]
    ledger: dict[str, Any]
    services: list[dict[str, Any]]
    topics: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    edges: list[dict[str, Any]]
    lines: list[dict[str, Any]]
    commands: list[dict[str, Any]]
    reports: list[dict[str, Any]]
    events: list[dict[str, Any]]


class TraceOut(Schema):
    trace: str
    events: list[dict[str, Any]]
