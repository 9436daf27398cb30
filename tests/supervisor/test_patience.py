from dashboard.supervisor.patience import PATIENCE, Patience


def test_waits_double_up_to_sixteen_seconds() -> None:
    patient = Patience(exits_to_fail=100)
    assert [patient.wait_seconds(exits) for exits in range(1, 8)] == [1, 2, 4, 8, 16, 16, 16]


def test_the_fifth_exit_in_a_row_is_the_last() -> None:
    assert PATIENCE.wait_seconds(4) == 8
    assert PATIENCE.wait_seconds(5) is None
