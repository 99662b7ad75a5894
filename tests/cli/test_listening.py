"""Headers that proxies set are believed from the proxies that were named, and from nobody else."""

from collector.cli.listening import behind


def _asked(proxies: str, peer: str) -> dict:
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return [b""]

    environ = {
        "REMOTE_ADDR": peer, "REMOTE_HOST": peer, "REMOTE_PORT": "1", "SERVER_NAME": "inside", "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http", "HTTP_HOST": "inside:8000", "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "198.51.100.7", "HTTP_X_FORWARDED_HOST": "datos.example.org"}
    list(behind(application, proxies)(environ, lambda status, headers: None))
    return seen


def test_a_named_proxy_is_believed():
    seen = _asked("127.0.0.1, 10.0.0.2", "10.0.0.2")
    assert (seen["wsgi.url_scheme"], seen["REMOTE_ADDR"], seen["HTTP_HOST"]) == (
        "https", "198.51.100.7", "datos.example.org")


def test_anybody_else_is_not_and_the_headers_are_gone():
    seen = _asked("127.0.0.1", "203.0.113.9")
    assert (seen["wsgi.url_scheme"], seen["REMOTE_ADDR"], seen["HTTP_HOST"]) == ("http", "203.0.113.9", "inside:8000")
    assert not [name for name in seen if "FORWARDED" in name]


def test_a_star_believes_all_and_nothing_believes_nobody():
    assert _asked("*", "203.0.113.9")["wsgi.url_scheme"] == "https"
    assert _asked("", "127.0.0.1")["wsgi.url_scheme"] == "http"
