"""Random sequences of sights: few names and small numbers, so that they meet and contradict.

Times inside an observation are written relative to `at`, which sequences.placed fills in.
"""

from __future__ import annotations

from hypothesis import strategies as st

from dashboard.picture import observations as seen

SERVICES = ("scanner", "quality", "in > out")
TOPICS = ("parts", "graded", "stock.changed")
GROUPS = ("quality", "other", "share")

Step = tuple[int, seen.Observation | None]
"""Milliseconds that pass, and then what is seen; None: only the time passes."""

services = st.sampled_from(SERVICES)
topic_names = st.sampled_from(TOPICS)
offsets = st.integers(0, 40)
texts = st.none() | st.sampled_from(["a", "b", "ü \U0001f600", ""])
partitions = st.tuples(topic_names, st.integers(0, 1))
known_offsets = st.dictionaries(partitions, st.none() | offsets, max_size=6)
relative = st.integers(-20_000, 60_000)

events = st.builds(
    seen.Event,
    topic=topic_names,
    partition=st.integers(0, 1),
    offset=offsets,
    key=texts,
    id=texts,
    source=st.none() | services,
    type=texts,
    event_at=st.none() | relative,
    seen_at=relative,
    trace=texts,
    cause=texts,
    size=st.integers(0, 100),
    live=st.booleans(),
    note=texts,
)
facts = st.builds(
    seen.TopicFacts,
    topic_id=st.none() | st.sampled_from(["one", "two"]),
    partitions=st.integers(1, 2),
    leaderless=st.integers(0, 1),
    compacted=st.booleans(),
)
members = st.builds(
    seen.Member,
    member_id=st.sampled_from(["m1", "m2"]),
    client_id=st.just("client"),
    host=st.just("host"),
    partitions=st.lists(partitions, max_size=2).map(tuple),
)
entries = st.builds(
    seen.LedgerSeen,
    number=st.integers(1, 2),
    base=st.integers(0, 10),
    done=offsets,
    dead=st.integers(0, 2),
    skipped=st.integers(0, 2),
    gaps=st.integers(0, 2),
    lost=st.integers(0, 2),
)
group_facts = st.builds(
    seen.GroupFacts,
    group=st.sampled_from(GROUPS),
    state=st.sampled_from(["reading", "rebalancing", "no members", "another kind", "unknown"]),
    protocol=st.sampled_from([None, "classic", "consumer"]),
    members=st.none() | st.lists(members, max_size=2).map(tuple),
    committed=st.dictionaries(partitions, st.builds(seen.Commit, offsets), max_size=4),
    ledger=st.dictionaries(partitions, entries, max_size=4),
    why=texts,
)
surveys = st.builds(
    seen.SurveySeen,
    at=st.just(0),
    took_seconds=st.floats(0, 1),
    every_seconds=st.floats(0.25, 10),
    groups=st.lists(group_facts, max_size=3, unique_by=lambda one: one.group).map(tuple),
    starts=known_offsets,
    ends=known_offsets,
)
status_groups = st.builds(
    seen.StatusGroup,
    group=st.sampled_from(GROUPS),
    member_id=st.none() | st.sampled_from(["m1", "m2"]),
    reads=st.lists(topic_names, max_size=2).map(tuple),
)
instances = st.sampled_from(["one", "two"])
wishes_named = st.none() | st.sampled_from(["w1", "w2"])
counts = st.integers(0, 5)
calls = st.builds(
    seen.CallsSeen,
    done=counts,
    refused=counts,
    timed_out=counts,
    retried=counts,
    seconds=st.none() | st.floats(0, 5),
    reason=texts,
)
statuses = st.builds(
    seen.StatusSeen,
    at=st.just(0),
    service=services,
    instance=instances,
    phase=st.sampled_from(["starting", "running", "pausing", "paused", "stopping"]),
    want=wishes_named,
    outcome=st.sampled_from([None, "done", "rejected"]),
    reason=texts,
    groups=st.lists(status_groups, max_size=2).map(tuple),
    writes=st.lists(topic_names, max_size=2).map(tuple),
    acked=st.dictionaries(partitions, offsets, max_size=2),
    handling_for_seconds=st.none() | st.floats(0, 100),
    failed=st.integers(0, 3),
    facts=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 3) | texts, max_size=2),
    pid=st.none() | st.integers(1, 3),
    host=texts,
    assigned=st.none() | st.booleans(),
    ms_per_event=st.none() | st.sampled_from([0.0, 250.0]),
    calls=st.dictionaries(services, calls, max_size=2),
)
processes = st.builds(
    seen.ProcessSeen,
    at=st.just(0),
    service=services,
    instance=instances,
    phase=st.sampled_from(
        ["starting", "running", "stopped", "crashed", "failed", "restarting", "frozen"]
    ),
    pid=st.none() | st.integers(1, 3),
    since_at=st.integers(-5_000, 0),
    restart_at=st.none() | relative,
    attempts=st.integers(0, 5),
    reason=texts,
)
wishes = st.builds(
    seen.WishSeen,
    at=st.just(0),
    service=services,
    id=st.sampled_from(["w1", "w2"]),
    mode=st.sampled_from(["running", "paused"]),
    until_at=st.none() | relative,
    ms_per_event=st.sampled_from([0, 250]),
    rate_per_second=st.none() | st.integers(1, 9),
    rate_until_at=st.none() | relative,
)
cleared = st.builds(seen.WishCleared, at=st.just(0), service=services)
commands = st.builds(
    seen.CommandSeen,
    at=st.just(0),
    id=st.sampled_from(["w1", "w2", "w3"]),
    service=services,
    action=st.sampled_from(["pause", "resume", "start", "twin-start", "twin-stop"]),
    state=st.sampled_from(["sent", "obeyed", "rejected"]),
    reason=texts,
)
declared = st.builds(
    seen.DeclaredService,
    reads=st.lists(topic_names, max_size=2).map(tuple),
    writes=st.lists(topic_names, max_size=2).map(tuple),
    group=st.none() | st.sampled_from(GROUPS),
    instances=st.lists(instances, max_size=2, unique=True).map(tuple),
    on_request=st.booleans(),
    twin_of=st.none() | services,
    calls=st.lists(services, max_size=2).map(tuple),
)
declarations = st.builds(
    seen.DeclarationSeen,
    at=st.just(0),
    title=st.just("A line"),
    headline_topic=st.none() | topic_names,
    headline_unit=st.just("parts"),
    topics=st.lists(topic_names, max_size=3, unique=True).map(tuple),
    services=st.dictionaries(services, declared, max_size=2),
)
observations = st.one_of(
    st.builds(seen.EventsSeen, at=st.just(0), events=st.lists(events, max_size=8).map(tuple)),
    surveys,
    statuses,
    processes,
    wishes,
    cleared,
    commands,
    declarations,
    st.builds(seen.TopicsSeen, at=st.just(0), topics=st.dictionaries(topic_names, facts)),
    st.builds(
        seen.SamplingSeen,
        at=st.just(0),
        topics=st.frozensets(topic_names),
        dropped=st.integers(0, 9),
    ),
    st.builds(seen.ClusterSeen, at=st.just(0), reachable=st.booleans(), bootstrap=st.just("b:1")),
    st.builds(
        seen.WorkerSeen,
        at=st.just(0),
        worker=st.sampled_from(["reader", "surveyor", "supervisor", "keeper", "broker_watch"]),
        ok=st.booleans(),
        reason=texts,
    ),
    st.builds(
        seen.BrokerSeen,
        at=st.just(0),
        phase=st.sampled_from(["starting", "running", "restarting"]),
        restarts=st.integers(0, 3),
    ),
)
pauses = st.sampled_from([0, 1, 50, 250, 1_000, 5_000, 12_000, 61_000, 601_000, 86_401_000])
steps: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(pauses, st.none() | observations), max_size=40
)
