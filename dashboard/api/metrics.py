"""`GET /metrics`: how Flowviz itself is doing, and the lag of groups, as Prometheus reads it.

Everything is made anew at each scrape from the picture and from what the pipeline has counted, so
nothing global is kept, and no Kafka is asked. What is not known has no sample: a gap in a chart is
true, a 0 would not be. docs/operations.md says what to watch.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from dashboard import intake, running
from dashboard.api import problems
from dashboard.cluster.connection import client_version
from dashboard.cluster.legible import one_line
from dashboard.figures import Figures, Spread
from dashboard.live.hub import MAX_VIEWERS
from dashboard.picture.shown import Shown
from dashboard.server.connections import Connections
from dashboard.trouble import WORKERS
from flowviz.version import version

MAX_GROUPS = 500
"""Groups given with their lag: each is some series that a monitoring keeps for weeks."""
MAX_LABEL = 200
"""Characters of a group's name."""
LAG_HOLDS_SECONDS = 30.0
"""A lag that was surveyed longer ago is not told any more: surveys come every 10 s at the least."""
OF_A_GROUP = {
    "lag": "Events written and not committed; at least, where partitions are unknown.",
    "unknown_partitions": "Partitions without a known lag.",
    "members": "Its members.",
    "lost": "Events removed before it read them.",
}


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """200 also where the cluster is away: that is what is to be told. 503 where nothing runs."""
    now = running.current()
    if now is None:
        return problems.answer(503, running.NOTHING_RUNS)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Scrape(now))
    ProcessCollector(registry=registry)
    # The one format that everything reads that scrapes; the library's own choice by `Accept` fails
    # on a version that is no number.
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Scrape(Collector):
    def __init__(self, now: running.Running) -> None:
        self._pipeline = now.pipeline
        self._connections = None if now.server is None else now.server.connections

    def collect(self) -> Iterator[Metric]:
        shown, figures = self._pipeline.view(), self._pipeline.figures()
        yield _build()
        yield _gauge("healthy", "1 where /healthz answers 200.", self._pipeline.trouble() is None)
        yield from _cluster(shown)
        yield from _workers(shown, figures)
        yield from _reading(shown, figures)
        yield from _frames(figures)
        yield from _watchers(figures)
        if self._connections is not None:
            yield from _of_server(self._connections)
        yield from _survey(figures)
        yield from _groups(shown, figures)


def _build() -> Metric:
    about = InfoMetricFamily("flowviz_build", "What this is, and what it runs on.")
    about.add_metric(
        (),
        {"version": version(), "python": platform.python_version(), "librdkafka": client_version()},
    )
    return about


def _cluster(shown: Shown) -> Iterator[Metric]:
    cluster = shown.cluster
    yield _gauge(
        "kafka_reachable", "Whether the cluster answers; absent until known.", cluster["reachable"]
    )
    yield _gauge("kafka_brokers", "Brokers of the cluster, as it said last.", cluster["brokers"])
    broker = cluster["broker"]
    if broker is not None:
        yield _counter(
            "kafka_restarts", "Restarts of the demonstration's own Kafka.", broker["restarts"]
        )
    sizes = GaugeMetricFamily("flowviz_shown", "What the picture holds.", labels=("kind",))
    for kind in ("services", "topics", "groups", "edges"):
        sizes.add_metric((kind,), len(getattr(shown, kind)))
    yield sizes
    left_out = GaugeMetricFamily(
        "flowviz_left_out", "What the picture's caps cut off.", labels=("kind",)
    )
    for kind, count in cluster["left_out"].items():
        left_out.add_metric((kind,), count)
    left_out.add_metric(("sources",), cluster["more_sources"])
    yield left_out


def _workers(shown: Shown, figures: Figures) -> Iterator[Metric]:
    up = GaugeMetricFamily("flowviz_worker_up", "1 while it does its work.", labels=("worker",))
    for name in WORKERS:
        if shown.cluster[name] is not None:
            up.add_metric((name,), shown.cluster[name]["ok"])
    yield up
    restarts = CounterMetricFamily(
        "flowviz_worker_restarts", "Restarts after it failed.", labels=("worker",)
    )
    for name, count in figures.worker_restarts.items():
        restarts.add_metric((name,), count)
    yield restarts
    yield _counter(
        "surveyor_crashes",
        "Processes of the surveyor that ended unasked; another takes over at once.",
        figures.surveyor_processes,
    )


def _reading(shown: Shown, figures: Figures) -> Iterator[Metric]:
    yield _counter("reader_events", "Events read and put into the picture.", figures.events)
    yield _counter("reader_bytes", "Bytes of their keys and values.", figures.event_bytes)
    yield _counter(
        "reader_missed_events",
        "Events that retention removed before they were read.",
        figures.missed,
    )
    yield _counter("dropped_events", "Events the full queue had no room for.", figures.dropped)
    yield _gauge(
        "topics_sampled", "Topics read in samples, for their flood.", len(shown.cluster["sampled"])
    )
    depth = GaugeMetricFamily("flowviz_queue", "What waits for the picture.", labels=("kind",))
    limit = GaugeMetricFamily("flowviz_queue_limit", "What may wait at most.", labels=("kind",))
    for kind, waits, most in (
        ("events", figures.queue_events, intake.MAX_EVENTS),
        ("others", figures.queue_others, intake.MAX_OTHERS),
    ):
        depth.add_metric((kind,), waits)
        limit.add_metric((kind,), most)
    yield depth
    yield limit
    yield _counter(
        "observation_failures",
        "Observations the picture could not take; each is a bug, and in the log.",
        figures.observation_failures,
    )


def _frames(figures: Figures) -> Iterator[Metric]:
    cut = CounterMetricFamily("flowviz_frames", "Frames cut.", labels=("kind",))
    cut.add_metric(("delta",), figures.deltas)
    cut.add_metric(("key",), figures.keyframes)
    yield cut
    yield _histogram(
        "frame_seconds",
        "From taking what waits until the frame is encoded and handed on.",
        figures.frame_seconds,
    )
    yield _counter("frame_failures", "Frames that could not be cut; a bug.", figures.frame_failures)


def _watchers(figures: Figures) -> Iterator[Metric]:
    yield _gauge("watchers", "Pages that are open.", figures.watchers)
    yield _gauge("watchers_limit", "Pages that may be open.", MAX_VIEWERS)
    yield _gauge("watchers_stalled", "Pages that answer too little.", figures.watchers_stalled)
    yield _counter("watchers_refused", "Pages that were one too many.", figures.watchers_refused)
    yield _counter("sent_frames", "Frames sent, counted for each page.", figures.sent_frames)
    yield _counter("sent_bytes", "Bytes of frames sent, before TLS.", figures.sent_bytes)


def _of_server(connections: Connections) -> Iterator[Metric]:
    yield _gauge("connections", "Connections that are open.", len(connections))
    yield _gauge("connections_limit", "Connections that may be open.", connections.most)
    yield _gauge(
        "connections_unsent_bytes", "What they have not taken yet.", connections.unsent_bytes
    )
    yield _counter("connections_refused", "Turned away for want of room.", connections.refused)
    yield _counter(
        "connections_ended",
        "Ended to make room for others, or for what they left untaken.",
        connections.ended,
    )


def _survey(figures: Figures) -> Iterator[Metric]:
    yield _histogram("survey_seconds", "How long surveys took.", figures.survey_seconds)
    yield _gauge(
        "survey_age_seconds",
        "How old the newest survey is: as old is every lag.",
        figures.survey_age_seconds,
    )


def _groups(shown: Shown, figures: Figures) -> Iterable[Metric]:
    """One sample a group, none for what is not known; and none at all from an old survey."""
    families = {
        key: GaugeMetricFamily(f"flowviz_consumer_group_{key}", about, labels=("group",))
        for key, about in OF_A_GROUP.items()
    }
    groups = _current_groups(shown, figures)
    for name, group in islice(groups.items(), MAX_GROUPS):
        for key, family in families.items():
            if group[key] is not None:
                family.add_metric((name,), group[key])
    left_out = _gauge(
        "consumer_groups_not_told",
        f"Groups beyond the first {MAX_GROUPS}, which are not told here.",
        max(0, len(groups) - MAX_GROUPS),
    )
    return [*families.values(), left_out]


def _current_groups(shown: Shown, figures: Figures) -> dict[str, Any]:
    """By name, so that with every scrape the same ones are told."""
    age = figures.survey_age_seconds
    if shown.cluster["reachable"] is not True or age is None or age > LAG_HOLDS_SECONDS:
        return {}
    groups = {one_line(group["name"], MAX_LABEL): group for group in shown.groups.values()}
    return dict(sorted(groups.items()))


def _gauge(name: str, about: str, value: float | None) -> Metric:
    family = GaugeMetricFamily(f"flowviz_{name}", about)
    if value is not None:
        family.add_metric((), value)
    return family


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(f"flowviz_{name}", about, value=value)


def _histogram(name: str, about: str, spread: Spread) -> Metric:
    names = [*map(str, spread.bounds), "+Inf"]
    buckets = list(zip(names, accumulate(spread.counts), strict=True))
    return HistogramMetricFamily(
        f"flowviz_{name}", about, buckets=buckets, sum_value=spread.total_seconds
    )
