"""`manage.py watch`: the page on the cluster that KAFKA_BOOTSTRAP_SERVERS names.

It only looks: it joins no consumer group, commits nothing, makes and writes no topic. With
FLOWVIZ_CONTROL=1 it makes its own two topics where they are missing, and people can ask something
of services that use the kit.
"""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.cluster.making_topics import TopicError, ensure
from dashboard.control.wishes import Wishes
from dashboard.management.clusters import own_cluster, shown_topics
from dashboard.management.own_topics import OWN_TOPICS
from dashboard.management.session import Failure, Session, add_port, open_browser, say, told

logger = logging.getLogger(__name__)

TRY_AGAIN_SECONDS = 1.0
"""After a cluster that answers could not make the topics just now."""


class Command(BaseCommand):
    help = "Shows your own cluster. Looking only, unless FLOWVIZ_CONTROL=1."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_port(parser)
        parser.add_argument("--no-browser", action="store_true", help="open no browser")

    def handle(self, *args: Any, **options: Any) -> None:
        told(lambda: _watch(port=options["port"], browser=not options["no_browser"]))


def _watch(*, port: int | None, browser: bool) -> None:
    connection, topics = own_cluster(), shown_topics()
    acts: bool = settings.CONFIG.control
    session = Session(
        port=port, acts=acts, owns_processes=False, place=connection.bootstrap_servers
    )

    def answers() -> bool:
        return session.pipeline.view().cluster["reachable"] is True

    def start() -> None:
        # A cluster that is away is no reason to end: the page says so, and it may come back.
        session.pipeline.look_at(connection, topics)
        if browser:
            open_browser(session.url)
        if acts:
            reach()

    def reach() -> None:
        made, said = False, ""
        while not made and session.waits_until(answers):
            try:
                ensure(connection, OWN_TOPICS)
                made = True
            except TopicError as failure:
                if not failure.may_come_back:
                    raise Failure(f"{failure} FLOWVIZ_CONTROL=1 needs flowviz.control.") from None
                if said != str(failure):
                    said = str(failure)
                    logger.warning("Nobody can act yet. %s It is tried again and again.", said)
                session.rest(TRY_AGAIN_SECONDS)
        if not made:
            return
        wishes = Wishes(connection)
        session.at_the_end(wishes.close)
        session.control.reach(wishes, supervisor=None)
        wishes.prepare()

    looking = "People may act on it" if acts else "Looking only"
    session.say_where("stops it")
    say(f"{looking}: {connection.bootstrap_servers}")
    session.run(start, interrupt=lambda: None)
    session.leave()
