"""Run as a process of its own by test_ssrf.py: gives hostile addresses to every way that fetches, and says how it went.

The strangers' name server is told to it; all else is the real thing: the store, the jobs, the commands, the sockets.
"""

import io
import itertools
import json
import socket
import sys
from collections.abc import Iterator
from typing import Any

import django

HELD_BACK = ("/etc/passwd",)  # given to `take` it is a file of whoever runs it, and no address
told = json.load(sys.stdin)
connects: list[Any] = []
lookups: list[str] = []
real_lookup, real_connect = socket.getaddrinfo, socket.socket.connect


def answers() -> dict[str, Iterator[list[str]]]:
    return {
        **{host: itertools.repeat(found) for host, found in told["answers"].items()},
        **{
            host: itertools.chain([first], itertools.repeat(later))
            for host, (first, later) in told["rebinding"].items()
        },
    }


names = answers()


def lookup(host: str, port: int, *args: Any, **options: Any) -> Any:
    lookups.append(host)
    name = host.rstrip(".").lower()
    if name in names:
        return [real_lookup(ip, port, type=socket.SOCK_STREAM)[0] for ip in next(names[name])]
    if set(name) - set("0123456789abcdefx.:%") and "localhost" not in name and "%" not in name:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return real_lookup(host, port, *args, **options)


def connect(door: socket.socket, place: Any) -> Any:
    if place[0] == told["elsewhere"]:
        raise ConnectionRefusedError(111, "Connection refused")
    return real_connect(door, place)


def note_connect(event: str, given: Any) -> None:
    if event == "socket.connect":
        connects.append(given[1] if isinstance(given[1], str) else list(given[1])[:2])


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.core.management.base import CommandError
    from django.utils import timezone

    from writethru.stories.actions.photos import want_photos
    from writethru.stories.jobs import fetch_due_photos, fold_waiting_items
    from writethru.stories.models import Photo, WirePhoto
    from writethru.wire.jobs import fetch_due_sources
    from writethru.wire.models import Item, Source, SourceState

    hostile, detours, public = told["hostile"], told["detours"], told["public"]
    socket.getaddrinfo, socket.socket.connect = lookup, connect
    sys.addaudithook(note_connect)

    def poll(addresses: list[str]) -> dict[str, Any]:
        before = SourceState.objects.filter(failures__gt=0).count()
        Source.objects.bulk_create(
            [
                Source(name=f"{n} {address}"[:200], address=address, is_polled=True)
                for n, address in enumerate(addresses, Source.objects.count())
            ]
        )
        fetch_due_sources.call_local()
        return {"asked": len(addresses), "refused": SourceState.objects.filter(failures__gt=0).count() - before}

    def photos(addresses: list[str]) -> dict[str, Any]:
        before = WirePhoto.objects.filter(attempts=1).count()
        want_photos([{"address": address} for address in addresses], now=timezone.now())
        fetch_due_photos.call_local()
        return {"asked": len(set(addresses)), "refused": WirePhoto.objects.filter(attempts=1).count() - before}

    def take(addresses: list[str]) -> dict[str, Any]:
        errors = io.StringIO()
        try:
            call_command("take", *addresses, stdout=io.StringIO(), stderr=errors)
        except CommandError as error:
            return {"asked": len(addresses), "refused": int(str(error).split()[0])}
        return {"asked": len(addresses), "refused": 0}

    done = {"take": take([one for one in hostile if one not in HELD_BACK]), "polling": poll(hostile)}
    done |= {"polling, redirected": poll(detours), "take, redirected": take(detours)}
    done |= {"photos": photos(hostile), "photos, redirected": photos(detours)}
    done["rebinding"] = poll([told["rebound"]])
    rebound = SourceState.objects.filter(source__address=told["rebound"])
    errors = [rebound.get().error]
    rebound.update(next_fetch_at=timezone.now())
    fetch_due_sources.call_local()
    errors.append(rebound.get().error)
    # That what is refused isn't all: a wire that may be fetched is, and so is its photo.
    witness = poll([public + "/feed"])
    fold_waiting_items.call_local()
    fetch_due_photos.call_local()
    print(
        json.dumps(
            {
                "done": done,
                "witness": [witness["refused"], Item.objects.count(), Photo.objects.count()],
                "rebound_errors": errors,
                "rebound_lookups": lookups.count("rebinding.stranger.example"),
                "connects": connects,
            }
        )
    )


main()
