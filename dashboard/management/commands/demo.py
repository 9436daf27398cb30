"""`manage.py demo`: a Kafka of its own, the services of a scenario, and the page that shows them.

The order, and why: the web server first, for it is up in a blink and the page then shows truly how
Kafka is fetched and starts; then Kafka; then the topics, so that no service starts without them;
then reader and surveyor, so that the very first event is seen; then the services.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard import clock
from dashboard.cluster.connection import Connection
from dashboard.cluster.embedded import (
    BrokerState,
    DataInUseError,
    EmbeddedKafka,
    EmbeddedKafkaError,
    check_unused,
)
from dashboard.cluster.making_topics import TopicError, TopicSpec, ensure
from dashboard.control.twin import Twin
from dashboard.control.whole import Whole
from dashboard.control.wishes import Wishes
from dashboard.management.clusters import answering, own_cluster, shown_topics
from dashboard.management.fresh_folder import KAFKA, fresh_folder, remove_left_over
from dashboard.management.own_topics import OWN_TOPICS
from dashboard.management.progress import ProgressLine, megabytes
from dashboard.management.session import Failure, Session, add_port, open_browser, say, told
from dashboard.management.starting_over import StartingOver
from dashboard.picture.observations import BrokerSeen, WorkerSeen
from dashboard.supervisor import scenario as scenarios
from dashboard.supervisor.refusal import SupervisorRefusal
from dashboard.supervisor.supervisor import Supervisor
from dashboard.supervisor.table import ScenarioError
from flowviz.config import as_environment

DEFAULT_SCENARIO = "assembly_line"


class Command(BaseCommand):
    help = "Runs a demonstration: Apache Kafka, real services that talk over it, and the page."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_port(parser)
        parser.add_argument("--no-browser", action="store_true", help="open no browser")
        parser.add_argument(
            "--fresh", action="store_true", help="an empty log in a folder of its own, not kept"
        )
        parser.add_argument(
            "--scenario",
            default=DEFAULT_SCENARIO,
            help=f"which demonstration; there are: {', '.join(scenarios.names())}",
        )
        parser.add_argument(
            "--on-cluster",
            action="store_true",
            help="run the services on KAFKA_BOOTSTRAP_SERVERS instead of a Kafka of their own",
        )
        parser.add_argument("--yes", action="store_true", help="with --on-cluster: do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        told(lambda: _Demo(options).run())


class _Demo:
    """One demonstration, from the command line to its end."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._folders = contextlib.ExitStack()
        self._scenario = _scenario(options["scenario"])
        self._topics = shown_topics()
        self._look_for_another()
        if options["on_cluster"]:
            self._ask_for_cluster()
        self._session = Session(
            port=options["port"], acts=True, owns_processes=True, place=self._place()
        )
        self._data_dir = self._choose_data_dir()
        self._progress = ProgressLine(sys.stdout)
        self._kafka = None if options["on_cluster"] else self._embedded()
        self._browser = not options["no_browser"]
        self._page_shown = False
        self._kafka_serves = False
        self._broker: BrokerSeen | None = None

    def run(self) -> None:
        with self._folders:
            self._session.run(self._start, interrupt=self._give_up_kafka)
        self._session.leave()

    def _start(self) -> None:
        """Everything behind the page, in the starter's thread."""
        session = self._session
        session.at_the_end(self._stop_kafka)
        connection = self._connect()
        try:
            # An older demonstration may have left one with fewer partitions.
            ensure(connection, self._specs(), grow=self._kafka is not None)
        except TopicError as failure:
            raise Failure(str(failure)) from None
        supervisor = Supervisor(
            self._scenario,
            bootstrap_servers=connection.bootstrap_servers,
            environment=as_environment(connection.security),
            observe=session.pipeline.observe,
            log_dir=self._data_dir / "logs",
        )
        wishes = Wishes(connection)
        session.at_the_end(wishes.close)
        session.at_the_end(session.pipeline.look_away)
        session.pipeline.look_at(connection, self._topics)
        session.at_the_end(supervisor.stop)
        if session.ending:
            return
        try:
            supervisor.start()
        except SupervisorRefusal as refusal:
            raise Failure(str(refusal)) from None
        session.control.reach(wishes, supervisor, self._whole(connection, supervisor, wishes))
        wishes.prepare()
        say(
            f"{self._scenario.title}: {len(self._scenario.start_at_once)} services on Kafka at "
            f"{connection.bootstrap_servers}; what they print is in {self._data_dir / 'logs'}"
        )
        remove_left_over()

    def _whole(self, connection: Connection, supervisor: Supervisor, wishes: Wishes) -> Whole:
        """What can be done to all of it at once; on somebody's own cluster only its
        processes are ours."""
        session = self._session
        twin = Twin(supervisor, wishes, session.pipeline.view)
        if self._kafka is None:
            return Whole(twin=twin)
        start_over = StartingOver(
            session.pipeline,
            supervisor,
            wishes,
            cluster=connection,
            specs=self._specs(),
            keeper=session.keeper,
            places=session.places,
            picture=session.fresh_picture,
            look=lambda: session.pipeline.look_at(connection, self._topics),
            known=lambda: [self._broker] if self._broker else [],
        )
        session.at_the_end(start_over.stop)
        return Whole(broker=self._kafka, start_over=start_over, twin=twin)

    def _connect(self) -> Connection:
        """The cluster, as soon as it serves. Raises Failure."""
        if self._kafka is None:
            self._show_page()
            return answering(own_cluster())
        try:
            self._kafka.announce(self._session.url)
            servers = self._kafka.start()
            self._kafka_serves = True
        except EmbeddedKafkaError as failure:
            raise Failure(str(failure)) from None
        finally:
            self._progress.end()
        return Connection(servers, kafka=self._kafka.version)

    def _embedded(self) -> EmbeddedKafka:
        config = self._session.config
        return EmbeddedKafka(
            data_dir=self._data_dir / KAFKA,
            cache_dir=config.cache_dir,
            maven_url=config.maven_url,
            java=config.java,
            on_change=self._broker_changed,
            on_progress=self._fetched,
            on_trouble=self._not_watched,
        )

    def _not_watched(self, reason: str | None) -> None:
        seen = WorkerSeen(clock.steady(), "broker_watch", ok=reason is None, reason=reason)
        self._session.pipeline.observe_steady(seen)

    def _fetched(self, what: str, done: int, total: int) -> None:
        """How far it is, at the terminal and, by whole megabytes, on the page."""
        self._progress(what, done, total)
        here = f"{megabytes(done)} of {megabytes(total)} MB"
        told = f"Of Apache Kafka {here} are here. Later starts fetch nothing."
        broker = self._broker
        if done and broker and broker.phase == "fetching" and broker.reason != told:
            self._broker = replace(broker, reason=told)
            self._session.pipeline.observe_steady(self._broker)

    def _broker_changed(self, state: BrokerState) -> None:
        seen = BrokerSeen(state.at, phase=state.phase, restarts=state.restarts, reason=state.reason)
        self._broker = clock.steadied(seen)
        self._session.pipeline.observe_steady(self._broker)
        if state.phase in ("fetching", "starting"):
            # Only now: a second demonstration on the same data has failed before this.
            self._progress.end()
            self._show_page()

    def _show_page(self) -> None:
        if self._page_shown:
            return
        self._page_shown = True
        self._session.say_where("stops everything")
        if self._browser:
            open_browser(self._session.url)

    def _give_up_kafka(self) -> None:
        """A Kafka that is still coming up is called off. One that serves is stopped in its turn,
        after the services: without it they could commit nothing more of what they handled."""
        if not self._kafka_serves:
            self._stop_kafka()

    def _stop_kafka(self) -> None:
        if self._kafka is not None:
            self._kafka.stop()

    def _specs(self) -> dict[str, TopicSpec]:
        topics = self._scenario.topics
        return {
            name: TopicSpec(topic.partitions, topic.config) for name, topic in topics.items()
        } | OWN_TOPICS

    def _kept_data(self) -> Path:
        folder: Path = settings.CONFIG.data_dir / self._scenario.folder.name
        return folder

    def _look_for_another(self) -> None:
        """Two on the same data want the same port as well: what is said is where the first runs."""
        if self._options["on_cluster"] or self._options["fresh"]:
            return
        try:
            check_unused(self._kept_data() / KAFKA)
        except DataInUseError as failure:
            raise Failure(str(failure)) from None
        except EmbeddedKafkaError:
            return  # whoever needs the folder says what is wrong with it

    def _choose_data_dir(self) -> Path:
        if not self._options["fresh"]:
            return self._kept_data()
        try:
            return self._folders.enter_context(fresh_folder())
        except (OSError, EmbeddedKafkaError) as failure:
            raise Failure(
                f"No folder for an empty log could be made in {tempfile.gettempdir()} ({failure}); "
                "make room there, or name another place with TMPDIR."
            ) from None

    def _place(self) -> str | None:
        if self._options["on_cluster"]:
            return own_cluster().bootstrap_servers
        return None if self._options["fresh"] else f"demo {self._scenario.folder.name}"

    def _ask_for_cluster(self) -> None:
        cluster = own_cluster()
        servers = cluster.bootstrap_servers
        question = (
            f"This makes {len(self._specs())} topics on {servers} and starts "
            f"{len(self._scenario.start_at_once)} services there, until Ctrl-C. Go on? [y/N] "
        )
        if self._options["yes"]:
            return
        if not sys.stdin.isatty():
            raise Failure(
                f"The demonstration would make topics on {servers} and start services there; "
                "say that you want this with --yes."
            )
        if not _says_yes(question):
            raise Failure("Nothing was started.")


def _says_yes(question: str) -> bool:
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except (EOFError, KeyboardInterrupt):  # Ctrl-D, Ctrl-C
        say("")
        return False


def _scenario(name: str) -> scenarios.Scenario:
    try:
        return scenarios.load(scenarios.find(name))
    except ScenarioError as failure:
        raise Failure(str(failure)) from None
