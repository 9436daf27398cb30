"""What the web server asks of this machine."""

from __future__ import annotations

import resource

from dashboard.live.hub import MAX_VIEWERS
from dashboard.server.connections import MAX_CONNECTIONS, RESERVED_FILES, most_connections
from dashboard.server.web_server import MAX_OPEN_FILES, allow_open_files


def test_more_files_may_be_open_than_systems_begin_with() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
    try:
        allowed = allow_open_files()
        now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
    assert now > MAX_VIEWERS or now == most
    assert allowed == now


def test_there_is_room_for_every_viewer_and_for_what_is_not_a_connection() -> None:
    assert MAX_VIEWERS < MAX_CONNECTIONS <= MAX_OPEN_FILES - RESERVED_FILES
    assert most_connections(1024) == 1024 - RESERVED_FILES
    assert most_connections(100) > 0
