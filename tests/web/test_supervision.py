"""Processes that start, stop and end together."""

import json
import os
import signal
import socket
import subprocess
import sys
from itertools import pairwise

import pytest

from assisto_caldav.errors import ConfigError
from assisto_caldav.serve import serve_web
from assisto_caldav.supervision import EXIT_CONFIG, ChildCommand, Patience, supervise
from tests.web.front_client import (
    GET,
    SERVER,
    free_port,
    is_running,
    read_answer,
    running,
    until,
)

pytestmark = pytest.mark.serial


def try_web_processes(server):
    """Return the process ids of the workers and of their parents, as far as they answer."""
    try:
        seen = [server.get(b"/process").body.split() for _ in range(40)]
    except (OSError, IndexError):
        return set(), set()
    return {int(worker) for worker, _, _ in seen}, {int(parent) for _, parent, _ in seen}


def web_processes(server, workers=2):
    """Wait until as many workers answer."""
    return until(lambda: len((found := try_web_processes(server))[0]) == workers and found)


def python(*arguments):
    return (sys.executable, *arguments)


def test_workers_end_when_their_parent_is_killed(tmp_path):
    with running(tmp_path / "log", "web", "{}", "2") as server:
        workers, parents = web_processes(server)
        assert parents == {server.process.pid}

        server.process.kill()
        server.process.wait()

        until(lambda: not any(is_running(worker) for worker in workers))


def test_a_killed_worker_is_replaced(tmp_path):
    with running(tmp_path / "log", "web", "{}", "1") as server:
        (killed,) = web_processes(server, 1)[0]

        os.kill(killed, signal.SIGKILL)

        (new,) = until(lambda: try_web_processes(server)[0])
        assert new != killed


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_requests_under_way_finish(tmp_path, number):
    gate = tmp_path / "gate"
    with running(tmp_path / "log", "web", "{}", "2") as server:
        idle = server.connect(GET % b"/process")
        under_way = server.connect(GET % f"/hold?{gate}".encode())
        until(gate.with_suffix(".taken").exists)

        server.process.send_signal(number)
        until(lambda: idle.recv(4096) == b"")
        gate.touch()

        assert read_answer(under_way).body == b"held"
        assert server.process.wait(10) == 0
        idle.close()
        under_way.close()


def test_a_stop_waits_no_longer_than_allowed_for_half_a_request(tmp_path):
    limits = json.dumps({"stop_seconds": 1})
    with running(tmp_path / "log", "web", limits, "2") as server:
        half = [server.connect(b"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\n1") for _ in range(9)]
        workers, _ = web_processes(server)

        server.process.terminate()
        server.process.wait(10)

        assert not any(is_running(worker) for worker in workers)
        for connection in half:
            connection.close()


def test_a_second_server_on_the_same_port_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ConfigError, match="benutzt schon"):
            serve_web(lambda: None, host="127.0.0.1", port=port)


def test_a_host_that_is_not_known_is_refused():
    with pytest.raises(ConfigError, match="keine Adresse"):
        serve_web(lambda: None, host="no-such-host.invalid", port=free_port())


def family_of(server, pid_file):
    worker = int(until(lambda: pid_file.exists() and pid_file.read_text()))
    workers, parents = web_processes(server)
    return {worker, server.process.pid} | workers | parents


def test_the_whole_family_ends_when_the_supervisor_is_killed(tmp_path):
    pid_file = tmp_path / "pid"
    with running(tmp_path / "log", "supervise", str(pid_file)) as server:
        family = family_of(server, pid_file)

        server.process.kill()
        server.process.wait()

        assert len(family) == 5
        until(lambda: not any(is_running(member) for member in family))


def test_a_signal_ends_the_whole_family_in_order(tmp_path):
    pid_file = tmp_path / "pid"
    gate = tmp_path / "gate"
    with running(tmp_path / "log", "supervise", str(pid_file)) as server:
        family = family_of(server, pid_file)
        under_way = server.connect(GET % f"/hold?{gate}".encode())
        until(gate.with_suffix(".taken").exists)

        server.process.terminate()
        until(lambda: not is_running(int(pid_file.read_text())))
        gate.touch()

        assert read_answer(under_way).body == b"held"
        assert server.process.wait(15) == 0
        assert not any(is_running(member) for member in family)
        under_way.close()


def test_a_child_that_is_killed_is_started_again(tmp_path):
    pid_file = tmp_path / "pid"
    with running(tmp_path / "log", "supervise", str(pid_file)) as server:
        killed = int(until(lambda: pid_file.exists() and pid_file.read_text()))

        os.kill(killed, signal.SIGKILL)

        until(lambda: int(pid_file.read_text() or killed) != killed)
        assert server.get(b"/process").status == 200


def test_web_processes_come_back_after_their_parent_is_killed(tmp_path):
    with running(tmp_path / "log", "supervise", str(tmp_path / "pid")) as server:
        workers, (parent,) = web_processes(server)

        os.kill(parent, signal.SIGKILL)

        new_workers, _ = until(lambda: (found := try_web_processes(server))[0] and found)
        assert not new_workers & workers


def test_a_child_without_a_kernel_that_helps_watches_its_parent(tmp_path):
    pid_file = tmp_path / "pid"
    parent_code = (
        "import subprocess, sys, time;"
        f"subprocess.Popen([sys.executable, {str(SERVER)!r}, 'sleep', {str(pid_file)!r},"
        " 'watch-only']); time.sleep(60)"
    )
    parent = subprocess.Popen(python("-c", parent_code), start_new_session=True)
    child = int(until(lambda: pid_file.exists() and pid_file.read_text()))

    parent.kill()
    parent.wait()

    until(lambda: not is_running(child))


def test_a_child_that_cannot_run_with_its_configuration_ends_the_family(tmp_path):
    pid_file = tmp_path / "pid"
    waits_for_sibling = (
        "import pathlib, sys, time\n"
        f"while not pathlib.Path({str(pid_file)!r}).exists(): time.sleep(0.01)\n"
        f"sys.exit({EXIT_CONFIG})"
    )

    status = supervise(
        [
            ChildCommand("sibling", python(str(SERVER), "sleep", str(pid_file))),
            ChildCommand("misconfigured", python("-c", waits_for_sibling)),
        ]
    )

    assert status == EXIT_CONFIG
    assert not is_running(int(pid_file.read_text()))


STOP_PARENT = "os.kill(os.getppid(), signal.SIGTERM)"


def test_a_child_that_keeps_ending_is_started_later_each_time(tmp_path):
    starts = tmp_path / "starts"
    code = (
        "import os, signal, time\n"
        f"with open({str(starts)!r}, 'a+') as file:\n"
        "    file.write(f'{time.monotonic()}\\n')\n"
        "    file.seek(0)\n"
        f"    if len(file.readlines()) == 4: {STOP_PARENT}"
    )

    status = supervise(
        [ChildCommand("restless", python("-c", code))], patience=Patience(first=0.2, longest=0.8)
    )

    times = [float(line) for line in starts.read_text().split()]
    pauses = [after - before for before, after in pairwise(times)]
    assert status == 0
    assert [pause >= least for pause, least in zip(pauses, (0.2, 0.4, 0.8), strict=True)] == [
        True
    ] * 3


def test_a_command_that_does_not_exist_does_not_keep_the_rest_from_running(tmp_path):
    ran = tmp_path / "ran"
    code = f"import os, pathlib, signal; pathlib.Path({str(ran)!r}).touch(); {STOP_PARENT}"

    status = supervise(
        [
            ChildCommand("missing", (str(tmp_path / "missing"),)),
            ChildCommand("sibling", python("-c", code)),
        ]
    )

    assert status == 0
    assert ran.exists()
