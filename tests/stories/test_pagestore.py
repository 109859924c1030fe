import os
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

from writethru.stories import pagestore

PAGE = "/story/the-lighthouse/"
FILE = Path(settings.PAGES_FOLDER, "story", "the-lighthouse", "index.html")


def test_a_page_lies_at_its_path_plus_index_html():
    assert pagestore.put(PAGE, b"one") is True

    assert FILE.read_bytes() == b"one"
    assert pagestore.get(PAGE) == b"one"


def test_a_file_lies_at_its_own_path():
    pagestore.put("/story/the-lighthouse/feed.atom", b"<feed/>")

    assert (FILE.parent / "feed.atom").read_bytes() == b"<feed/>"


def test_a_page_is_replaced_whole_and_leaves_nothing_beside_it():
    pagestore.put(PAGE, b"one")
    reader = FILE.open("rb")

    pagestore.put(PAGE, b"another")

    with reader:
        assert reader.read() == b"one"  # who had begun to read the old page reads it to its end
    assert FILE.read_bytes() == b"another"
    assert list(FILE.parent.iterdir()) == [FILE]


def test_every_replace_moves_the_time_by_a_second_at_least():
    times = []
    for body in (b"one", b"two", b"three"):
        pagestore.put(PAGE, body)
        times.append(FILE.stat().st_mtime)

    assert [later - earlier >= 1 for earlier, later in pairwise(times)] == [True, True]


def test_a_file_from_the_future_is_replaced_by_a_later_one():
    pagestore.put(PAGE, b"one")
    os.utime(FILE, (4_000_000_000, 4_000_000_000))

    pagestore.put(PAGE, b"two")

    assert FILE.stat().st_mtime == 4_000_000_001


def test_the_same_bytes_leave_the_file_alone():
    pagestore.put(PAGE, b"one")
    before = FILE.stat()

    assert pagestore.put(PAGE, b"one") is False

    assert (FILE.stat().st_ino, FILE.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_write_that_fails_leaves_the_old_page_and_no_litter():
    pagestore.put(PAGE, b"one")

    with pytest.raises(TypeError):
        pagestore.put(PAGE, "no bytes")

    assert FILE.read_bytes() == b"one"
    assert list(FILE.parent.iterdir()) == [FILE]


def test_what_a_killed_process_left_unfinished_goes_after_an_hour():
    place = Path(settings.PAGES_FOLDER, pagestore.UNFINISHED)
    place.mkdir(parents=True)
    for name, minutes in (("abandoned", 61), ("under-way", 59)):
        (place / name).touch()
        os.utime(place / name, (time.time() - 60 * minutes,) * 2)

    pagestore.remove_unfinished()

    assert [file.name for file in place.iterdir()] == ["under-way"]


def test_where_nothing_was_ever_written_nothing_is_unfinished():
    pagestore.remove_unfinished()

    assert not Path(settings.PAGES_FOLDER).exists()


def test_what_may_not_be_put_or_removed_is_left_alone():
    pagestore.put(PAGE, b"one")

    put = pagestore.put(PAGE, b"two", only_if=lambda: False)
    pagestore.remove(PAGE, only_if=lambda: False)

    assert (put, FILE.read_bytes()) == (False, b"one")


def test_two_that_put_one_path_wait_for_each_other():
    order = []

    def slow() -> bool:
        other.start()
        other.join(0.2)  # time enough to overtake
        order.append("slow")
        return True

    def fast() -> bool:
        order.append("fast")
        return True

    other = threading.Thread(target=pagestore.put, args=(PAGE, b"newer"), kwargs={"only_if": fast})
    pagestore.put(PAGE, b"older", only_if=slow)
    other.join()

    assert (order, FILE.read_bytes()) == (["slow", "fast"], b"newer")


def test_removing_twice_is_no_error():
    pagestore.put(PAGE, b"one")

    pagestore.remove(PAGE)
    pagestore.remove(PAGE)

    assert pagestore.get(PAGE) is None


def test_a_folder_is_no_page():
    pagestore.put(PAGE, b"one")

    assert [pagestore.get(path) for path in ("/story", "/story/the-lighthouse", "/story/", f"{PAGE}index.html/")] == [
        None,
        None,
        None,
        None,
    ]


def test_only_the_files_of_that_prefix_are_taken_away():
    for name in ("7-a.webp", "7-b.webp", "77-a.webp"):
        pagestore.put(f"/photo/{name}", b"RIFF")

    pagestore.remove_all("/photo/", prefix="7-")
    pagestore.remove_all("/none/", prefix="7-")

    assert [file.name for file in Path(settings.PAGES_FOLDER, "photo").iterdir()] == ["77-a.webp"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "story/",
        "/../secrets/secret_key",
        "/story/../../writethru.sqlite3",
        "/.probe",
        "/story/.index.html-1/",
        "/..",
        "/story\\..\\x",
        "/story/\0",
    ],
)
@pytest.mark.parametrize("call", [pagestore.get, pagestore.remove, lambda path: pagestore.put(path, b"")])
def test_a_path_that_leads_out_or_is_hidden_is_refused(call: Callable[[str], object], path: str):
    with pytest.raises(pagestore.BadPath):
        call(path)


def test_a_dot_between_slashes_names_the_same_page():
    assert pagestore.file_for("/story/./the-lighthouse//") == FILE
