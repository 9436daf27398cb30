import os
import subprocess
import sys

from bench.parts import usage
from bench.parts.children import Parent, child


def echo(parent: Parent, prefix: str) -> None:
    """Answers every word, until it is asked to end."""
    while (word := parent.next_word()) is not None:
        parent.tell(f"{prefix} {word}")


def test_this_process_takes_memory_and_time() -> None:
    own = usage.of_this_process()
    assert own.parent == os.getppid()
    assert own.memory_bytes > 1_000_000
    assert own.cpu_seconds > 0


def test_a_process_that_is_gone_is_left_out() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert usage.of_all([gone.pid, os.getpid()]).keys() == {os.getpid()}


def test_a_child_answers_is_in_the_tree_and_ends_with_its_block() -> None:
    with child("echo", echo, "heard:") as one:
        assert one.answer("a word", 60) == "heard: a word"
        assert one.pid in usage.tree(os.getpid())
        assert "python" in usage.command(one.pid)
    assert one.pid not in usage.tree(os.getpid())
