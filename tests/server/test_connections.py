"""The account of connections: who makes room, and who is cut off for what it leaves untaken."""

from __future__ import annotations

from dashboard.server.connections import Connections


class Open:
    """A connection that only knows whether it was ended."""

    def __init__(self, account: Connections) -> None:
        self.ended = False
        account.opened(self)

    def abortConnection(self) -> None:
        self.ended = True


def test_the_one_that_was_waited_for_the_longest_makes_room() -> None:
    account = Connections(3)
    first, second, third = Open(account), Open(account), Open(account)
    account.works(first)
    assert account.make_room()
    assert (first.ended, second.ended, third.ended) == (False, True, False)
    assert len(account) == 2
    account.waits(first)  # its answer is done, just now
    Open(account)
    assert account.make_room()
    assert (first.ended, third.ended) == (False, True)


def test_while_there_are_places_nobody_makes_room() -> None:
    account = Connections(2)
    only = Open(account)
    assert account.make_room()
    assert not only.ended


def test_where_none_is_waited_for_nobody_more_is_let_in() -> None:
    account = Connections(2)
    for _ in range(2):
        account.works(Open(account))
    assert not account.make_room()


def test_who_took_nothing_for_the_longest_is_cut_off_when_all_hold_too_much() -> None:
    account = Connections(9, most_unsent=100)
    stuck, slow, new = Open(account), Open(account), Open(account)
    account.unsent(stuck, 40, took=False)
    account.unsent(slow, 50, took=False)
    account.unsent(stuck, 45, took=False)
    account.unsent(slow, 40, took=True)
    account.unsent(new, 15, took=False)
    assert (stuck.ended, slow.ended, new.ended) == (False, False, False)
    account.unsent(new, 20, took=False)
    assert (stuck.ended, slow.ended, new.ended) == (True, False, False)
    account.unsent(new, 60, took=False)
    assert not slow.ended, "what the one that was cut off had is not counted any more"


def test_what_was_taken_is_not_counted() -> None:
    account = Connections(9, most_unsent=100)
    open_ones = [Open(account) for _ in range(5)]
    for one in open_ones:
        account.unsent(one, 90, took=False)
        account.unsent(one, 0, took=True)
    assert not any(one.ended for one in open_ones)


def test_one_that_is_gone_is_not_counted_whatever_is_said_of_it() -> None:
    account = Connections(1, most_unsent=10)
    gone = Open(account)
    account.unsent(gone, 5, took=False)
    account.closed(gone)
    account.closed(gone)
    account.waits(gone)
    account.unsent(gone, 100, took=False)
    assert len(account) == 0
    assert account.make_room()
    assert not gone.ended
