"""Tells the count of duplicates how far each service has come: what is read again is none."""

from __future__ import annotations

from dashboard.picture import observations as seen
from dashboard.picture.known import Known


def surveyed(known: Known, survey: seen.SurveySeen) -> None:
    unanswered = set[str]()
    groups = dict[str, list[seen.GroupFacts]]()
    for facts in survey.groups:
        service = known.services.get(known.claims.owner.get(facts.group, ""))
        if service is None:
            continue
        if facts.committed_known and not facts.unknown:
            groups.setdefault(service.name, []).append(facts)
        else:
            unanswered.add(facts.group)
    for name, found in groups.items():
        known.duplicates.survey(name, found, survey.ends, survey.at, unanswered)
