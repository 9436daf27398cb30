"""Which faults faults.py makes."""

from __future__ import annotations

from itertools import islice, pairwise

from bench.parts.faultplan import BROKER_REST_SECONDS, KAFKA, OF_KAFKA, OF_SERVICES, Fault, plan

READERS, SOURCES = ("quality", "shipping"), ("scanner",)


def planned(seed: int, many: int = 300) -> list[Fault]:
    return list(islice(plan(seed, READERS, SOURCES, (1.5, 5.0)), many))


def test_the_same_seed_gives_the_same_faults_and_another_gives_others() -> None:
    assert planned(7) == planned(7)
    assert planned(7) != planned(8)


def test_no_victim_has_two_at_once_and_several_victims_do() -> None:
    faults = planned(1)
    for victim in (*READERS, *SOURCES, KAFKA):
        its_own = [fault for fault in faults if fault.victim == victim]
        for before, after in pairwise(its_own):
            assert after.at > before.at + before.seconds
    apart = pairwise(faults)
    assert any(after.at < before.at + before.seconds for before, after in apart)


def test_kafka_is_left_in_peace_between_its_faults() -> None:
    its_own = [fault for fault in planned(1) if fault.victim == KAFKA]
    for before, after in pairwise(its_own):
        assert after.at >= before.at + before.seconds + BROKER_REST_SECONDS


def test_a_hundred_hold_every_kind_and_every_victim() -> None:
    faults = planned(1, 100)
    assert {fault.victim for fault in faults} == {*READERS, *SOURCES, KAFKA}
    kinds = {fault.kind for fault in faults if fault.victim != KAFKA}
    assert kinds == {kind.name for kind in OF_SERVICES}
    kinds = {fault.kind for fault in faults if fault.victim == KAFKA}
    assert kinds == {kind.name for kind in OF_KAFKA}


def test_only_what_reads_is_scaled() -> None:
    scaled = {fault.victim for fault in planned(1) if fault.kind == "scale"}
    assert scaled == set(READERS)
