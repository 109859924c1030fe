import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import make_item, make_report, make_source, make_story
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from ops.house import House
from ops.nginx import file_server, free_port
from web import body, site

from writethru.front import policy
from writethru.lib.process import name_of_this_call
from writethru.ops import doctor
from writethru.press.assets import asset_path
from writethru.press.bake import bake_due
from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages
from writethru.stories.models import Bake, Lease, ReportState, WirePhoto
from writethru.wire.models import SourceState

pytestmark = pytest.mark.django_db


def ago(**span: float) -> Any:
    return timezone.now() - timedelta(**span)


@pytest.mark.prove
def test_a_house_at_work_has_nothing_wrong_and_one_whose_worker_has_gone_has(set_up_house: House):
    house = set_up_house
    with (
        house.running("serve", "--bind", f"127.0.0.1:{house.port}", "--workers", "1"),
        house.running("work"),
    ):
        house.wait_until_it_answers()
        well = house.ask("doctor", "--json")
        ends = time.monotonic() + 20
        while well.returncode and time.monotonic() < ends:  # the worker has not begun yet
            well = house.ask("doctor", "--json")
    house.write("UPDATE stories_lease SET claimed_until = '2026-01-01 00:00:00+00' WHERE name LIKE 'swept %'")
    ill = house.ask("doctor")

    told = json.loads(well.stdout)
    assert (well.returncode, told["ok"], well.stderr) == (0, True, "")
    assert {check["check"] for check in told["checks"]} == {*doctor.ABOUT_THE_MACHINE, "database", *doctor.ABOUT_ROWS}
    assert {check["state"] for check in told["checks"]} == {"ok"}
    wrong = [line for line in ill.stdout.splitlines() if line.startswith("wrong")]
    assert ill.returncode == 1
    assert [line.split()[1] for line in wrong] == ["site", "worker"]
    assert "the lane “urgent” last swept" in wrong[1]
    assert wrong[1].endswith("→ Start `writethru work`; if it runs, its log says what holds it up.")


def test_a_database_that_cannot_be_reached_is_said_and_holds_nothing_up(tmp_path: Path):
    house = House(tmp_path, f"postgres://desk:hunter2@127.0.0.1:{free_port()}/desk", free_port())

    ill = house.ask("doctor")

    lines = [line.split(maxsplit=2) for line in ill.stdout.splitlines()]
    found = {check: (state, said) for state, check, said in lines}
    assert ill.returncode == 1
    assert found["database"][0] == "wrong"
    assert found["database"][1].startswith("The database can't be reached (connection failed: ")
    assert found["worker"] == ("warning", "Not looked at: the database must be mended first.")
    assert "hunter2" not in ill.stdout + ill.stderr


def test_what_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "PATIENCE_SECONDS", 0.2)
    began = time.monotonic()

    found = list(doctor._together({"hangs": lambda: time.sleep(3) or ("ok", ""), "does not": doctor.python}))

    assert time.monotonic() - began < 2
    assert [(finding.check, finding.state) for finding in found] == [("hangs", "wrong"), ("does not", "ok")]


def test_what_a_check_stumbles_over_is_told():
    (found,) = doctor._together({"x": lambda: 1 / 0})

    assert (found.state, found.said) == ("wrong", "This could not be looked at (ZeroDivisionError: division by zero).")


def test_secrets_that_others_can_read(settings: Any, tmp_path: Path):
    settings.WRITETHRU_DATA = tmp_path
    kept = tmp_path / "secrets" / "secret_key"
    kept.parent.mkdir(mode=0o700)
    kept.touch(mode=0o600)
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).chmod(0o600)
    well = doctor.secret_files()
    kept.chmod(0o644)

    ill = doctor.secret_files()

    assert well[0] == "ok"
    assert (ill[0], ill[2]) == ("wrong", f"chmod go= {kept}")


@pytest.mark.parametrize(
    ("url", "state"),
    [("http://127.0.0.1:8000", "ok"), ("http://news.example", "warning"), ("https://news.example", "ok")],
)
def test_an_address_by_which_passwords_travel_unsealed(settings: Any, url: str, state: str):
    settings.BASE_URL = url

    assert doctor.address()[0] == state


def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "LEAST_BYTES", 10**18)

    assert doctor.data_folder()[0] == "wrong"


def test_a_page_store_that_cannot_be_written(settings: Any, tmp_path: Path):
    (tmp_path / "file").touch()
    settings.PAGES_FOLDER = tmp_path / "file" / "pages"

    assert doctor.page_store() == (
        "wrong",
        f"{tmp_path}/file/pages can't be written (Not a directory).",
        "Let whoever runs the worker own it, or name another one by PAGES_URL.",
    )


def test_pages_on_two_file_systems(settings: Any, tmp_path: Path):
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is one file system here")
    settings.PAGES_FOLDER = tmp_path
    well = doctor.page_store()
    (tmp_path / "photo").symlink_to(memory)

    ill = doctor.page_store()

    assert (well[0], list((tmp_path / pagestore.UNFINISHED).iterdir())) == ("ok", [])
    assert (ill[0], ill[1].startswith(f"{tmp_path}/photo lie on another file system")) == ("wrong", True)


def test_a_clock_that_has_been_set_back():
    assert doctor.clocks()[0] == "ok"
    ask_for_pages([("/x/", Rank.STORY)], now=ago(hours=-3))

    assert doctor.clocks()[:2] == ("wrong", "There are rows from 2 hours in the future: a clock has been set back.")


def test_a_worker_that_has_never_swept():
    assert doctor.worker()[:2] == (
        "wrong",
        "No worker is at work: the lane “urgent” has never swept; "
        "the lane “slow” has never swept; the lane “wires” has never swept; the lane “mail” has never swept.",
    )


def test_a_folding_lane_that_a_dead_process_holds():
    dead = name_of_this_call().partition(":")[0] + ":4194305:abc"  # no process has so high a number
    Lease.objects.create(name="folding", claimed_by=name_of_this_call(), claimed_until=ago(minutes=-1))
    well = doctor.folding()
    Lease.objects.update(claimed_by=dead)

    ill = doctor.folding()

    assert well[0] == "ok"
    assert ill[:2] == ("warning", f"The folding lane is held by {dead}, which has died.")


def test_items_that_nobody_folds():
    make_item(received_at=ago(minutes=2))
    well = doctor.items()
    make_item(received_at=ago(hours=3))

    assert well == ("ok", "1 item waits to be folded.", "")
    assert doctor.items()[:2] == ("wrong", "2 items wait to be folded, the oldest since 3 hours.")


def test_pages_that_nobody_bakes_and_pages_that_cannot_be_baked():
    ask_for_pages([("/x/", Rank.STORY)], now=ago(minutes=30))
    late = doctor.pages()
    report = make_report(stories=[make_story()])
    ReportState.objects.filter(report=report).update(current=None)  # a state that nothing in the house can make
    bake_due(now=timezone.now())

    failed = doctor.pages()

    assert late == ("wrong", "1 pages wait to be baked, the oldest since 30 minutes.", "See “worker”.")
    assert failed[0] == "wrong"
    assert "can't be baked: /" in failed[1] and "AttributeError" in failed[1]


def test_a_store_without_what_its_pages_stand_on_and_pages_made_otherwise():
    make_report(stories=[make_story()])
    bake_due(now=timezone.now())
    well = doctor.assets()
    Bake.objects.filter(path="/").update(made_with="another")
    stale = doctor.assets()
    pagestore.remove(asset_path("site.css"))

    missing = doctor.assets()

    assert [well[0], stale[0], missing[0]] == ["ok", "warning", "wrong"]
    assert missing[1] == f"1 files that pages stand on are not in the store, like {asset_path('site.css')}."


def test_photos_that_cannot_be_fetched():
    for number, next_try_at in enumerate((None, ago(minutes=-5))):
        WirePhoto.objects.create(
            address=f"https://wire.example/{number}.jpg",
            address_hash=f"{number:064}",
            wanted_at=ago(hours=2 - number),
            attempts=number + 1,
            next_try_at=next_try_at,
            error="it answered 404",
        )

    assert doctor.photos()[:2] == (
        "warning",
        "1 photos could not be fetched yet, 1 have been given up; "
        "the last: https://wire.example/1.jpg (it answered 404).",
    )


def test_sources_that_fail():
    well = doctor.sources()
    source = make_source(name="Port wire", is_polled=True, address="https://wire.example/feed")
    SourceState.objects.update_or_create(
        source=source, defaults={"failures": 3, "failing_since": ago(hours=5), "error": "it answered 503"}
    )

    assert well[0] == "ok"
    assert doctor.sources()[:2] == (
        "warning",
        "1 polled sources fail; the longest: Port wire, for 5 hours (it answered 503).",
    )


def test_a_queue_that_cannot_be_reached_and_a_database_that_has_not_been_made(tmp_path: Path):
    class Elsewhere(House):
        def environment(self) -> dict[str, str]:
            return {**super().environment(), "QUEUE_URL": f"redis://:hunter2@127.0.0.1:{self.port}/0"}

    ill = Elsewhere(tmp_path, "", free_port()).ask("doctor", "--json")

    found = {check["check"]: (check["state"], check["said"]) for check in json.loads(ill.stdout)["checks"]}
    assert found["queue"][0] == "wrong"
    assert "127.0.0.1" in found["queue"][1] and "can't be reached" in found["queue"][1]
    assert found["database"] == ("wrong", f"There is no database in {tmp_path}/writethru.sqlite3 yet.")
    assert not (tmp_path / "writethru.sqlite3").exists()
    assert "hunter2" not in ill.stdout


HEALTHZ = body(b'{"ok": true, "database": "ok"}', Content_Type="application/json")


def test_a_site_that_is_not_this_house(settings: Any):
    settings.BASE_URL = f"http://127.0.0.1:{free_port()}"
    nobody = doctor.site()
    with site({"/healthz": body(b"<h1>Welcome to nginx</h1>")}) as other:
        settings.BASE_URL = other.address("")
        stranger = doctor.site()

    assert nobody[:2] == ("wrong", f"Nothing answers at {nobody[1].split()[3]} ([Errno 111] Connection refused).")
    assert stranger[:2] == ("wrong", f"What answers at {other.address('')} is not this house.")


def test_a_file_server_that_serves_other_pages_other_headers_or_what_is_unfinished(settings: Any):
    pagestore.put("/", b"Latest")
    said = []
    ours = policy.headers()
    for page, headers in ((b"Latest", ours), (b"Late", ours), (b"Latest", {**ours, "Content-Security-Policy": "x"})):
        with site({"/healthz": HEALTHZ, "/": body(page, **headers)}) as server:
            settings.BASE_URL = server.address("")
            said.append(doctor.site()[:2])
    with (
        site({"/healthz": HEALTHZ, "/": body(b"Latest", **ours)}) as app,
        file_server(f"127.0.0.1:{app.port}") as nginx,
    ):
        settings.BASE_URL = nginx
        behind_nginx = doctor.site()

    assert [state for state, _ in said] == ["ok", "wrong", "wrong"]
    assert said[1][1] == f"The front page that is served is not the one in {settings.PAGES_FOLDER}."
    assert said[2][1] == "Pages are served with another Content-Security-Policy than they should."
    assert behind_nginx[0] == "ok"


def test_the_questions_to_the_database_do_not_grow_with_rows():
    asked = []
    for n in (1, 2):
        for _ in range(n):
            make_item(received_at=ago(hours=1))
            make_report(stories=[make_story(f"Story {n}")])
        with CaptureQueriesContext(connection) as queries:
            [check() for check in doctor.ABOUT_ROWS.values()]
        asked.append(len(queries))

    assert asked[0] == asked[1]
