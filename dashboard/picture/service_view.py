"""One service as it goes to the page."""

from __future__ import annotations

from typing import Any

from dashboard.picture.actions import Doer, actions
from dashboard.picture.books import writes_of
from dashboard.picture.instances import InstanceWatch
from dashboard.picture.known import Known
from dashboard.picture.observations import GroupFacts, Scalar
from dashboard.picture.retention import soonest
from dashboard.picture.section import Entity
from dashboard.picture.services import ServiceWatch
from dashboard.picture.states import DOWN, NO_PARTITION_LEFT
from dashboard.picture.text import clipped

MAX_FACTS = 20
NOT_REPORTING = "it does not use the Flowviz kit"


def entity(known: Known, name: str, *, can_act: bool, owns_processes: bool) -> Entity | None:
    service = known.services.get(name)
    if service is None:
        return None
    groups = known.claims.groups_of(name)
    instances = _instances(known, service, groups)
    lag, at_least, lost = _lag(known, groups)
    outlook = soonest(g.outlook for name in groups if (g := known.groups.get(name)) is not None)
    declared = service.declared
    reads, writes = sorted(_reads(known, groups)), sorted(writes_of(known, name))
    if service.in_tray and declared is not None:
        # Nothing flows to it or from it yet, but this is what it would do.
        reads, writes = sorted(declared.reads), sorted(declared.writes)
    as_before = any(i.verdict is not None and i.verdict.as_before for i in _watches(service))
    return {
        "name": name,
        "declared": service.declared is not None,
        "on_request": declared.on_request if declared else False,
        "ever_started": service.ever_started,
        "twin_of": declared.twin_of if declared else None,
        "calls": known.calls.callees(name),
        "kit": service.kit,
        "state": service.state,
        "since_at": service.since_at,
        "as_of_at": known.cluster.heard_at if as_before else None,
        "reason": _reason(service, instances) or _strangers(known, groups),
        "instances": instances,
        "up": sum(1 for instance in instances if instance["state"] not in DOWN),
        "of": len(instances),
        "in_state": sum(1 for instance in instances if instance["state"] == service.state),
        "reads": reads,
        "writes": writes,
        "groups": groups,
        "lag": lag,
        "at_least": at_least,
        "lost": lost,
        **outlook.wire(),
        "facts": _facts(service),
        "want": _want(known, service),
        "caught_up": known.reports.kept.caught_up(name),
        "failed": sum(report.failed for report in service.reports()) if service.kit else None,
        "actions": actions(
            Doer(
                kit=service.kit or (declared is not None and owns_processes),
                reads=bool(reads),
                called=name in known.called,
                processes=tuple(
                    watch.process.phase for watch in _watches(service) if watch.process is not None
                ),
                refused=service.refused,
                starting_over=known.cluster.starting_over,
            ),
            can_act=can_act,
            owns_processes=owns_processes,
        ),
    }


def _watches(service: ServiceWatch) -> list[InstanceWatch]:
    return [service.instances[name] for name in sorted(service.instances)]


def _instances(known: Known, service: ServiceWatch, groups: list[str]) -> list[dict[str, Any]]:
    facts: dict[str, GroupFacts] = {}
    for name in groups:
        group = known.groups.get(name)
        if group is not None and group.facts is not None:
            facts[name] = group.facts
    return [watch.wire(facts) for watch in _watches(service)]


def _reads(known: Known, groups: list[str]) -> set[str]:
    found: set[str] = set()
    for name in groups:
        found |= known.claims.reads.get(name, frozenset())
        group = known.groups.get(name)
        if group is not None:
            found.update(group.progress)
    return found


def _lag(known: Known, groups: list[str]) -> tuple[int | None, bool, int | None]:
    """Over all groups of a service, by the same rule as over the partitions of one."""
    totals = [group.total for name in groups if (group := known.groups.get(name)) is not None]
    lags = [total.lag for total in totals if total.lag is not None]
    losses = [total.lost for total in totals if total.lost is not None]
    unknown = any(total.at_least or total.lag is None for total in totals)
    return (
        sum(lags) if lags else None,
        bool(lags) and unknown,
        sum(losses) if losses else None,
    )


def _reason(service: ServiceWatch, instances: list[dict[str, Any]]) -> str | None:
    """That of the instance whose state the service shows."""
    reasons = [one["reason"] for one in instances if one["state"] == service.state]
    spare = reasons.count(NO_PARTITION_LEFT)
    for reason in reasons:
        if reason and reason != NO_PARTITION_LEFT:
            return str(reason)
    if spare:
        return f"{spare} of {len(instances)} {'has' if spare == 1 else 'have'} no partition left"
    if not instances and not service.kit and service.state == "unknown":
        return NOT_REPORTING
    return None


def _strangers(known: Known, groups: list[str]) -> str | None:
    return next((told for name in groups if (told := known.strangers.of(name))), None)


def _facts(service: ServiceWatch) -> dict[str, Any]:
    """Those of the first instance that reports: facts of several cannot be added up."""
    reports = service.reports()
    if not reports:
        return {}
    facts = list(reports[0].facts.items())[:MAX_FACTS]
    return {clipped(name): _fact(value) for name, value in facts}


def _fact(value: Scalar) -> Scalar:
    return clipped(value) if isinstance(value, str) else value


def _want(known: Known, service: ServiceWatch) -> dict[str, Any] | None:
    """The wish as it counts now: what has run out is not wanted any more."""
    wish = known.services.wish(service.name)
    if wish is None:
        return None
    mode, rate_over = service.wanted
    return {
        "id": wish.id,
        "mode": mode,
        "until_at": wish.until_at if mode == wish.mode else None,
        "ms_per_event": wish.ms_per_event,
        "rate": None if rate_over else wish.rate_per_second,
        "rate_until_at": None if rate_over else wish.rate_until_at,
        "options": {clipped(name): _fact(value) for name, value in wish.options.items()},
    }
