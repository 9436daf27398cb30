"""Between two classes: a demonstration as at its first start, without a restart of the program.

What may fail comes first, in steps that can be done again: when one fails, the person is told, the
page looks on, and a second press goes through all of them once more. Only then is the picture
exchanged, and with it goes everything that was shown or kept of before, also where the page's
layout had put the nodes. Where a person dragged a card stays, in that person's browser.

A group with a member cannot be deleted, so who is one is made to leave: a service that was killed,
and one that Kafka counts for good because it was killed itself. Somebody's own program in a group
of the demonstration's joins anew. Where one is quicker at that than we are at deleting, it is no
reason not to begin: of the topics made anew nothing is committed in that group either.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import connection

from dashboard import clock
from dashboard.cluster.connection import Connection
from dashboard.cluster.forgetting import GroupError, StillRead, forget_groups
from dashboard.cluster.making_topics import TopicError, TopicSpec, remake
from dashboard.control.whole import DEMONSTRATION
from dashboard.control.wishes import Wishes
from dashboard.keeping import ReportKeeper
from dashboard.picture.observations import CommandSeen, Observation, StartingOverSeen
from dashboard.picture.picture import Picture
from dashboard.pipeline import Pipeline
from dashboard.places import Places
from dashboard.supervisor.refusal import SupervisorRefusal
from dashboard.supervisor.scenario import Scenario
from dashboard.supervisor.supervisor import Supervisor

ORDERLY_SECONDS = 3.0
"""How long services get to end in order; what they had in hand is deleted anyway."""
STOP_SECONDS = 15.0
"""How long a start over that is under way may take to notice that all is being stopped."""

logger = logging.getLogger(__name__)


class StartingOver:
    """One for a demonstration. `begin` returns at once; what comes of it is observed."""

    def __init__(
        self,
        pipeline: Pipeline,
        supervisor: Supervisor,
        wishes: Wishes,
        *,
        cluster: Connection,
        specs: dict[str, TopicSpec],
        keeper: ReportKeeper | None,
        places: Places,
        picture: Callable[[], Picture],
        look: Callable[[], None],
        known: Callable[[], list[Observation]],
    ) -> None:
        """`picture()` gives a fresh one, `look()` lets the pipeline look at the cluster, `known()`
        is what a fresh picture has to be told in steady time, for nobody will say it again."""
        self._pipeline = pipeline
        self._supervisor = supervisor
        self._wishes = wishes
        self._cluster = cluster
        self._specs = specs
        self._keeper = keeper
        self._places = places
        self._picture = picture
        self._look = look
        self._known = known
        self._turn = threading.Lock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._turn.locked()

    def begin(self, command: str) -> bool:
        """False: it is under way already, or everything is being stopped."""
        if self._ending.is_set() or not self._turn.acquire(blocking=False):
            return False
        self._thread = threading.Thread(
            target=self._run, args=(command,), name="start over", daemon=True
        )
        self._thread.start()
        return True

    def stop(self) -> None:
        """Begin none any more, and wait for the one that is under way."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self, command: str) -> None:
        began = time.monotonic()
        try:
            self._say(running=True)
            self._clear()
            self._begin_anew(command)
            logger.info("Started over in %.1f s", time.monotonic() - began)
        except (SupervisorRefusal, TopicError, GroupError) as failure:
            self._give_up(command, str(failure))
        except Exception:
            logger.exception("The demonstration could not be started over")
            self._give_up(command, "Something broke in Flowviz itself; its log has the details.")
        finally:
            connection.close()
            self._turn.release()

    def _clear(self) -> None:
        """All that may fail. Nothing runs after it, and nothing is left on the log."""
        self._pipeline.look_away()
        self._supervisor.quiet(ORDERLY_SECONDS)
        with self._wishes.held_back():
            remake(self._cluster, self._specs, self._is_dead_letters)
        self._forget_groups()

    def _forget_groups(self) -> None:
        try:
            forget_groups(self._cluster, _groups(self._supervisor.scenario))
        except StillRead as member:
            logger.warning("%s It is started over all the same, with that member.", member)

    def _begin_anew(self, command: str) -> None:
        picture = self._picture()
        # Before anybody sees it: what the line is, that Kafka runs, and what is under way.
        picture.observe(clock.steadied(self._supervisor.declared_at_first()))
        for observation in self._known():
            picture.observe(observation)
        picture.observe(StartingOverSeen(clock.steady(), running=True))
        if self._keeper is not None and self._keeper.told is not None:
            picture.observe(self._keeper.told)
        # First: a page that hears of another epoch asks where things stand in it.
        self._places.begin_anew()
        self._pipeline.begin_anew(picture)
        if self._keeper is not None:
            self._keeper.forget()
        if self._ending.is_set():
            return
        self._look()
        self._supervisor.begin_anew()
        self._wishes.prepare()
        self._say(running=False)
        self._tell(command, None)

    def _give_up(self, command: str, why: str) -> None:
        told = f"{why} The services are stopped; press Start over again."
        logger.warning("Not started over: %s", told)
        self._say(running=False, failed=told)
        self._tell(command, told)
        if not self._ending.is_set():
            self._look()

    def _is_dead_letters(self, topic: str) -> bool:
        """Made by a service that gave up on an event of one of the scenario's topics."""
        own = self._supervisor.scenario.topics
        return topic.endswith(".dlq") and any(topic.startswith(f"{name}.") for name in own)

    def _say(self, *, running: bool, failed: str | None = None) -> None:
        seen = StartingOverSeen(clock.steady(), running=running, failed=failed)
        self._pipeline.observe_steady(seen)

    def _tell(self, command: str, refused: str | None) -> None:
        self._pipeline.observe_steady(
            CommandSeen(
                at=clock.steady(),
                id=command,
                service=DEMONSTRATION,
                action="start-over",
                state="obeyed" if refused is None else "rejected",
                reason=refused,
            )
        )


def _groups(scenario: Scenario) -> list[str]:
    return [service.group for service in scenario.services.values() if service.group is not None]
