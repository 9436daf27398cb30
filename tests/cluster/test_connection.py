import pytest

from dashboard.cluster.connection import Connection, ConnectionSettingsError

SECURITY = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "PLAIN",
    "sasl.username": "someone",
    "sasl.password": "hunter2",
    "ssl.key.password": "hunter3",
}


def test_its_repr_shows_no_secret() -> None:
    shown = repr(Connection("kafka:9092", SECURITY))
    assert "kafka:9092" in shown
    assert "SASL_SSL" in shown
    assert "hunter" not in shown
    assert "someone" not in shown


def test_the_client_gets_the_security_properties() -> None:
    config = Connection("kafka:9092", SECURITY).client_config("reader")
    assert config["bootstrap.servers"] == "kafka:9092"
    assert config["client.id"] == "flowviz-reader"
    assert config["sasl.password"] == "hunter2"


def test_only_security_properties_can_be_given() -> None:
    with pytest.raises(
        ConnectionSettingsError, match=r"'group\.id' is not a security setting"
    ) as e:
        Connection("kafka:9092", {"group.id": "orders-secretly"})
    assert "orders-secretly" not in str(e.value)


@pytest.mark.parametrize("address", ["", "kafka", "kafka:", ":9092", "kafka:port", "a:1,b", "a:0"])
def test_an_address_without_a_port_is_refused_by_name(address: str) -> None:
    with pytest.raises(ConnectionSettingsError, match="write host:port"):
        Connection(address)


def test_several_addresses_are_fine() -> None:
    assert Connection("a:9092, [::1]:9093").bootstrap_servers == "a:9092, [::1]:9093"
