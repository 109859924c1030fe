"""python -m prove.mailsink PORT LOG [FAULTS SEED]: an SMTP server, a process of its own, that no proof kills.

It writes the Message-ID of each message to LOG before it says 250, a line each. FAULTS is how many in a hundred go
wrong: 421, 450, 452, 550, or the connection dropped after DATA. PAUSE (environment) is how long it takes for each.
"""

import asyncio
import os
import random
import re
import sys

PAUSE = float(os.environ.get("PAUSE", "0"))
ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE)
FAULTS = ("421 rcpt", "450 rcpt", "452 dot", "550 rcpt", "451 dot", "421 dot", "450 mail", "drop dot")


class Sink:
    def __init__(self, log: int, faults: int, chance: random.Random) -> None:
        self.log, self.faults, self.chance = log, faults, chance

    def fault(self) -> str:
        return self.chance.choice(FAULTS) if self.chance.random() * 100 < self.faults else ""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        try:
            await self.listen(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def listen(  # noqa: PLR0912 (a list of commands)
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        fault, has_recipient = "", False
        while line := (await reader.readline()).strip():
            command = line[:4].upper()
            if command == b"EHLO":
                writer.write(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif command == b"MAIL":
                fault, has_recipient = self.fault(), False
                writer.write(b"450 4.3.0 Later\r\n" if fault == "450 mail" else b"250 Ok\r\n")
            elif command == b"RCPT":
                code, _, when = fault.partition(" ")
                has_recipient = when == "dot" or not fault
                writer.write(b"250 Ok\r\n" if has_recipient else f"{code} 5.1.1 No\r\n".encode())
                if fault == "421 rcpt":
                    return
            elif command == b"DATA":
                if not has_recipient:
                    writer.write(b"503 No recipients\r\n")
                    continue
                writer.write(b"354 Go on\r\n")
                message = await reader.readuntil(b"\r\n.\r\n")
                if PAUSE:
                    await asyncio.sleep(PAUSE)
                if fault == "drop dot":
                    if self.chance.random() < 0.5:
                        self.note(message)
                    return
                if fault:
                    writer.write(f"{fault[:3]} 4.3.0 Not now\r\n".encode())
                    if fault == "421 dot":
                        return
                    continue
                self.note(message)
                writer.write(b"250 2.0.0 Ok\r\n")
            elif command == b"QUIT":
                writer.write(b"221 Bye\r\n")
                return
            else:
                writer.write(b"250 Ok\r\n")

    def note(self, message: bytes) -> None:
        os.write(self.log, ID.search(message).group(1) + b"\n")


async def main() -> None:
    port, log = int(sys.argv[1]), os.open(sys.argv[2], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    faults, seed = [*sys.argv[3:5], "0", "0"][:2]
    sink = Sink(log, int(faults), random.Random(seed))
    server = await asyncio.start_server(sink.talk, "127.0.0.1", port, limit=10_000_000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
