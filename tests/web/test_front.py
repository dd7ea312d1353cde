"""The RSGI front, over real sockets."""

import json
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO

import pytest

from assisto_web.front import FrontLimits
from assisto_web.front_response import run_application
from tests.web.front_client import GET, read_answer, running, until

pytestmark = pytest.mark.serial

PUT = b"PUT /length HTTP/1.1\r\nHost: centre.example\r\n"
CHUNKED = PUT + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    limits = {"threads": 2, "body_bytes": 300_000, "spool_bytes": 100_000}
    with running(tmp_path_factory.mktemp("front") / "log", "web", json.dumps(limits)) as started:
        yield started


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory):
    limits = {"threads": 1, "waiting": 1, "body_seconds": 0.5, "header_seconds": 0.5}
    with running(
        tmp_path_factory.mktemp("strict") / "log", "web", json.dumps(limits), "1", "127.0.0.0/8"
    ) as started:
        yield started


def environ_of(answer):
    return json.loads(answer.body)


# Slow clients


@pytest.mark.parametrize(
    "half",
    [
        pytest.param(b"GET /environ HTTP/1.1\r\nHost: cen", id="half the headers"),
        pytest.param(PUT + b"Content-Length: 1000\r\n\r\n" + b"x" * 500, id="half a body"),
        pytest.param(PUT + b"Content-Length: 200000\r\n\r\n" + b"x" * 500, id="large half body"),
        pytest.param(CHUNKED + b"5\r\nhel", id="half a chunk"),
        pytest.param(PUT + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", id="no body yet"),
    ],
)
def test_two_hundred_half_requests_keep_nobody_else_from_an_answer(server, half):
    waiting = [server.connect(half) for _ in range(200)]

    statuses = {server.get(b"/process").status for _ in range(100)}

    assert statuses == {200}
    for connection in waiting:
        connection.close()


def test_half_requests_are_answered_when_the_rest_arrives(server):
    waiting = [server.connect(PUT + b"Content-Length: 10\r\n\r\n" + b"12345") for _ in range(50)]

    for connection in waiting:
        connection.sendall(b"67890")
    bodies = {read_answer(connection).body for connection in waiting}

    assert bodies == {b"10 10 BytesIO"}
    for connection in waiting:
        connection.close()


@pytest.mark.parametrize(
    "half",
    [
        PUT + b"Content-Length: 10\r\n\r\n12345",
        PUT + b"Content-Length: 200000\r\n\r\n12345",
        CHUNKED + b"5\r\nhel",
    ],
)
def test_a_body_that_does_not_arrive_in_time_is_answered_408(strict_server, half):
    with strict_server.connect(half) as connection:
        answer = read_answer(connection)
        rest = connection.recv(1)

    assert answer.status == HTTPStatus.REQUEST_TIMEOUT
    assert answer.all("connection") == ["close"]
    assert rest == b""


@pytest.mark.parametrize("half", [b"GET /environ HTTP/1.1\r\nHos", b"G"])
def test_headers_that_do_not_arrive_in_time_end_the_connection(strict_server, half):
    with strict_server.connect(half) as connection:
        rest = connection.recv(1)

    assert rest == b""


# Bodies


def test_the_true_length_of_a_body_is_told(server):
    answer = server.ask(PUT + b"Content-Length: 5\r\n\r\nhello")

    assert answer.body == b"5 5 BytesIO"


def test_a_chunked_body_gets_its_length(server):
    answer = server.ask(CHUNKED + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")

    assert answer.body == b"11 11 BytesIO"


def test_a_large_body_waits_in_a_file(server):
    answer = server.ask(PUT + b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000)

    assert answer.body == b"200000 200000 BufferedRandom"


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(PUT + b"Content-Length: 300001\r\n\r\n", id="announced, not sent"),
        pytest.param(PUT + b"Content-Length: 900000\r\n\r\n" + b"x" * 900_000, id="sent"),
        pytest.param(CHUNKED + b"493e1\r\n" + b"x" * 300_001 + b"\r\n0\r\n\r\n", id="chunked"),
    ],
)
def test_a_body_over_the_limit_is_answered_413_in_both_languages(server, request_):
    answer = server.ask(request_)

    assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "zu groß" in answer.body.decode()
    assert "too large" in answer.body.decode()
    assert answer.all("content-type") == ["text/plain; charset=utf-8"]


def test_a_too_large_body_that_is_announced_is_never_asked_for(server):
    announced = PUT + b"Expect: 100-continue\r\nContent-Length: 300001\r\n\r\n"

    with server.connect(announced) as connection:
        first_line = connection.recv(12)

    assert first_line == b"HTTP/1.1 413"


def test_expect_continue_is_honoured(server):
    with server.connect(PUT + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n") as connection:
        first_line = connection.recv(12)
        connection.recv(100)
        connection.sendall(b"hello")
        answer = read_answer(connection)

    assert first_line == b"HTTP/1.1 100"
    assert answer.body == b"5 5 BytesIO"


@pytest.mark.parametrize(
    "cut_off",
    [
        PUT + b"Content-Length: 10\r\n\r\n12345",
        PUT + b"Content-Length: 200000\r\n\r\n12345",
        CHUNKED + b"5\r\nhello\r\n",
        CHUNKED + b"5\r\nhello\r\nnonsense\r\n",
    ],
)
def test_a_body_that_is_cut_off_never_reaches_the_application(server, cut_off):
    with server.connect(cut_off) as connection:
        connection.shutdown(1)
        answer = read_answer(connection)

    assert answer.status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "lie",
    [
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: x\r\n",
    ],
)
def test_a_length_that_is_no_length_is_refused(server, lie):
    answer = server.ask(PUT + lie + b"\r\nabcd")

    assert answer.status == HTTPStatus.BAD_REQUEST


# The environment


@pytest.mark.parametrize(
    "method", ["GET", "PROPFIND", "PROPPATCH", "REPORT", "MKCALENDAR", "MOVE", "DELETE", "OPTIONS"]
)
def test_methods_of_webdav_reach_the_application(server, method):
    answer = server.ask(f"{method} /environ HTTP/1.1\r\nHost: a\r\n\r\n".encode())

    assert environ_of(answer)["REQUEST_METHOD"] == method


@pytest.mark.parametrize(
    ("path", "path_info"),
    [
        (b"/dav/alice%40mitte.example/", "/dav/alice@mitte.example/"),
        (b"/dav/alice@mitte.example/", "/dav/alice@mitte.example/"),
        (b"/a%2Fb", "/a/b"),
        (b"/a%20b%3Fc", "/a b?c"),
        (b"/%C3%BCber", "/über".encode().decode("latin-1")),
        (b"/a%25C3", "/a%C3"),
    ],
)
def test_path_info_is_decoded_and_latin_1(server, path, path_info):
    answer = server.get(path)

    assert environ_of(answer)["PATH_INFO"] == path_info


@pytest.mark.parametrize("path", [b"/%FF", b"/%00"])
def test_a_path_that_is_no_text_is_refused(server, path):
    assert server.get(path).status == HTTPStatus.BAD_REQUEST


def test_the_query_stays_encoded(server):
    answer = server.get(b"/environ?von=2026%2D12&x=%C3%BC")

    assert environ_of(answer)["QUERY_STRING"] == "von=2026%2D12&x=%C3%BC"


def test_the_environment_has_what_wsgi_wants(server):
    environ = environ_of(server.get(b"/environ", b"Content-Type: text/calendar\r\nX-One: 1\r\n"))

    wanted = {
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(server.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "centre.example",
        "CONTENT_TYPE": "text/calendar",
        "CONTENT_LENGTH": "0",
        "HTTP_X_ONE": "1",
        "wsgi.url_scheme": "http",
    }
    assert {key: environ.get(key) for key in wanted} == wanted


def test_a_header_sent_twice_is_joined(server):
    sent = b"Cookie: a=1\r\nCookie: b=2\r\nAccept: x\r\nAccept: y\r\n"

    environ = environ_of(server.get(b"/environ", sent))

    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "x,y"


def test_headers_that_would_lie_are_dropped(server):
    sent = (
        b"X-Forwarded-For: 192.0.2.9\r\nX_Forwarded_For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n"
        b"X-Forwarded-Prefix: /x\r\nX-Script-Name: /x\r\nForwarded: for=192.0.2.9\r\n"
        b"Proxy: evil.example\r\nConnection: keep-alive\r\nTE: trailers\r\n"
    )

    environ = environ_of(server.get(b"/environ", sent))

    assert {key for key in environ if key.startswith("HTTP_")} == {"HTTP_HOST"}
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.url_scheme"] == "http"


def test_a_trusted_proxy_is_believed_for_what_it_added_itself(strict_server):
    sent = (
        b"X-Forwarded-For: 203.0.113.66\r\nX-Forwarded-For: 192.0.2.9, 127.0.0.2\r\n"
        b"X-Forwarded-Proto: https\r\nX-Forwarded-Host: termine.example\r\n"
    )

    environ = environ_of(strict_server.get(b"/environ", sent))

    assert environ["REMOTE_ADDR"] == "192.0.2.9"
    assert environ["wsgi.url_scheme"] == "https"
    assert environ["HTTP_HOST"] == "termine.example"
    assert "HTTP_X_FORWARDED_FOR" not in environ


# Answers


def test_one_connection_serves_many_requests(server):
    with server.connect() as connection:
        bodies = []
        for _ in range(20):
            connection.sendall(GET % b"/process")
            bodies.append(read_answer(connection).body)

    assert len(bodies) == 20


def test_threads_live_on_between_requests(server):
    for _ in range(40):
        requests_of_this_thread = int(server.get(b"/process").body.split()[2])

    assert requests_of_this_thread > 5


def test_headers_of_an_answer_are_kept_but_for_those_that_are_not_the_applications(server):
    answer = server.get(b"/headers")

    assert answer.status == 418
    assert answer.all("set-cookie") == ["a=1", "b=2"]
    assert answer.all("content-length") == ["5"]
    assert answer.all("connection") == []
    assert answer.all("x-name")[0].encode("latin-1").decode() == "Bär"
    assert len(answer.all("date")) == 1


def test_head_tells_the_length_and_sends_no_body(server):
    with server.connect(b"HEAD /environ HTTP/1.1\r\nHost: a\r\n\r\n" + GET % b"/process") as both:
        head = read_answer(both, has_body=False)
        assert int(head.all("content-length")[0]) > 100


def test_an_answer_in_pieces_is_whole_and_closed(server):
    before = int(server.get(b"/closings").body)

    answer = server.get(b"/pieces")

    assert answer.body == b"one two"
    assert int(server.get(b"/closings").body) == before + 1


@pytest.mark.parametrize("path", [b"/fail?code=verysecret", b"/fail-late?code=verysecret"])
def test_an_error_is_a_500_and_its_log_line_tells_no_address(server, path):
    answer = server.get(path)

    log = until(lambda: "LookupError" in server.log.read_text() and server.log.read_text())
    assert answer.status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "verysecret" not in log
    assert "127.0.0.1" not in log
    assert server.get(b"/process").status == 200


def test_more_waiting_requests_than_allowed_are_sent_away_with_503(strict_server, tmp_path):
    gate = tmp_path / "gate"
    held = strict_server.connect(GET % f"/hold?{gate}".encode())
    until(gate.with_suffix(".taken").exists)

    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(strict_server.get, b"/process") for _ in range(4)]
        until(lambda: sum(other.done() for other in others) == 3)
        gate.touch()
        answers = [other.result() for other in others]

    assert sorted(answer.status for answer in answers) == [200, 503, 503, 503]
    assert {answer.all("retry-after")[0] for answer in answers if answer.status == 503} == {"2"}
    assert read_answer(held).body == b"held"
    held.close()


# Without a server


def test_limits_of_nothing_are_refused():
    with pytest.raises(ValueError, match="threads"):
        FrontLimits(threads=0)


def test_an_error_may_replace_what_was_started():
    def application(environ, start_response):
        write = start_response("200 OK", [("X-One", "1")])
        start_response("404 Not Found", [], (LookupError, LookupError(), None))
        write(b"not ")
        return [b"here"]

    answer = run_application(application, {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()})

    assert answer == (404, [], b"not here")


def test_an_application_that_starts_twice_is_an_error():
    def application(environ, start_response):
        start_response("200 OK", [])
        start_response("200 OK", [])
        return []

    with pytest.raises(RuntimeError, match="twice"):
        run_application(application, {"REQUEST_METHOD": "GET"})
