"""No test reaches a network, whatever the code under test does."""

from __future__ import annotations

import socket
import urllib.request

import pytest


def network_used(error: pytest.ExceptionInfo[BaseException]) -> bool:
    return type(error.value).__name__ == "NetworkUsed"


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_socket_cannot_connect_to_an_address(family: socket.AddressFamily) -> None:
    there = "240.0.0.1" if family == socket.AF_INET else "2001:db8::1"
    with socket.socket(family) as one, pytest.raises(BaseException, match="network is off") as error:
        one.connect((there, 80))
    assert network_used(error)


def test_even_this_machine_cannot_be_reached_by_an_address() -> None:
    with socket.socket() as one, pytest.raises(BaseException, match="network is off") as error:
        one.connect_ex(("127.0.0.1", 80))
    assert network_used(error)


def test_no_name_is_looked_up() -> None:
    with pytest.raises(BaseException, match="network is off"):
        socket.getaddrinfo("portal.example", 80)


def test_a_library_that_fetches_is_stopped() -> None:
    with pytest.raises(BaseException, match="network is off"):
        urllib.request.urlopen("http://240.0.0.1/")


def test_processes_of_one_machine_can_still_talk() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.sendall(b"word")
        assert there.recv(4) == b"word"
