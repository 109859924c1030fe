"""A small web on loopback: what tests fetch from."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A server with an answer for each path; it remembers what was asked for."""

    def __init__(self, server: ThreadingHTTPServer, asked: list[tuple[str, dict[str, str]]], scheme: str) -> None:
        self.port = server.server_address[1]
        self.asked = asked
        self.bodies: list[bytes] = []  # of what was posted
        self.scheme = scheme

    def address(self, path: str, *, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def site(answers: dict[str, Answer], *, certificate: Path | None = None) -> Iterator[Site]:
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.close_connection = True
            with contextlib.suppress(OSError):  # the client has had enough
                answers.get(self.path, status(404))(self)

        def do_POST(self) -> None:
            made.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.do_GET()

        def end_headers(self) -> None:
            self.send_header("Connection", "close")  # else a client that keeps connections would try it again
            super().end_headers()

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    made = Site(server, asked, "https" if certificate else "http")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def body(content: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def status(code: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()

    return answer


def raw(*pieces: bytes, pause: threading.Event | None = None, every: float = 0.0) -> Answer:
    """Send the pieces as they are, waiting `every` seconds after each, until `pause` is set."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
            if every and (pause or threading.Event()).wait(every):
                return

    return answer


class Listener:
    """Counts who connects to a port on every address of this machine."""

    def __init__(self) -> None:
        self.sockets = [socket.create_server(("0.0.0.0", 0))]
        self.port = self.sockets[0].getsockname()[1]
        if socket.has_ipv6:
            with contextlib.suppress(OSError):  # a machine without IPv6
                self.sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))

    def connects(self) -> int:
        count = 0
        for door in self.sockets:
            door.setblocking(False)
            while True:
                try:
                    door.accept()[0].close()
                except BlockingIOError:
                    break
                count += 1
        return count

    def close(self) -> None:
        for door in self.sockets:
            door.close()
