"""A mailbox on loopback, for tests: as much of IMAP as is asked for, and no more."""

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """What is in the mailbox, which of it is seen, and what was asked; `ends_after` drops the line after so many."""

    messages: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    password: str = "a lamp"
    ends_after: int = 10**9
    port: int = 0


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("* OK ready")
            for line in self.rfile:
                tag, _, command = line.decode().strip().partition(" ")
                made.asked.append(command)
                if len(made.asked) > made.ends_after or not self.answer(tag, command):
                    return

        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def answer(self, tag: str, command: str) -> bool:
            words = command.upper().split()
            if words[0] == "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1")
            elif words[0] == "LOGIN" and made.password not in command:
                self.say(f"{tag} NO [AUTHENTICATIONFAILED] no")
                return True
            elif words[0] == "SELECT":
                self.say(f"* {len(made.messages)} EXISTS")
                self.say("* OK [UIDVALIDITY 1] ok")
            elif words[:2] == ["UID", "SEARCH"]:
                unseen = [str(n) for n in range(1, len(made.messages) + 1) if n not in made.seen]
                self.say("* SEARCH " + " ".join(unseen))
            elif words[:2] == ["UID", "FETCH"]:
                self.fetch(int(words[2]), int(re.findall(r"<0\.(\d+)>", command)[0]))
            elif words[:2] == ["UID", "STORE"]:
                made.seen |= {int(words[2])}
            elif words[0] == "LOGOUT":
                self.say("* BYE")
                self.say(f"{tag} OK bye")
                return False
            self.say(f"{tag} OK done")
            return True

        def fetch(self, uid: int, most: int) -> None:
            raw = made.messages[uid - 1][:most]
            self.wfile.write(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, uid, len(raw)) + raw + b")\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        address_family = socket.AF_INET

        def handle_error(self, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
