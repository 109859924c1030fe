import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from builders import MORNING, NOON, make_report, make_story
from PIL import Image
from pixels import make_picture
from reading import lines

from writethru.press.page import NoSuchPage
from writethru.press.routes import render
from writethru.stories import pagestore
from writethru.stories.actions.photos import keep_photo
from writethru.stories.models import Photo, Report

pytestmark = pytest.mark.django_db

MOAT = "https://photos.example/moat.jpg"
NAMED = {"address": MOAT, "caption": "The moat.", "credit": "AFP", "alt": "A moat & a wall"}


def make_pictured(n: int = 1, *, body: bytes = b"", **fields: Any) -> Report:
    """Return a report with a photo of its own, which is in the library."""
    address = f"https://photos.example/{n}.jpg"
    report = make_report(photos=[{**NAMED, "address": address}], **fields)
    keep_photo(address, body=body or make_picture(), caption="", credit="", alt="Of the library", now=NOON)
    return report


def figures(page: bytes) -> list[Any]:
    return BeautifulSoup(page, "html.parser").select("figure")


def said(page: bytes) -> dict[str, str]:
    (image,) = BeautifulSoup(page, "html.parser").select("img")
    return dict(image.attrs)


def test_a_photo_stands_in_two_sizes_with_its_words():
    report = make_pictured()
    photo = Photo.objects.get()

    page = render(f"/fragment/{report.pk}.html")

    small, large = sorted(set(re.findall(r"/photo/[^ \"]+", page.decode())), key=len)
    assert re.fullmatch(rf"/photo/{photo.pk}-[0-9a-f]{{8}}-w720\.webp", small)
    assert large == small.replace("w720", "w1200")
    assert said(page) == {
        "src": small,
        "srcset": f"{small} 720w, {large} 1200w",
        "sizes": "(min-width:68rem) 39rem, (min-width:54rem) 50rem, 100vw",
        "width": "1200",
        "height": "800",
        "alt": "A moat & a wall",
        "loading": "lazy",
    }
    assert figures(page)[0]["class"] == ["wide"]
    assert lines(page, "figure") == ["The moat. Photo: AFP"]
    sizes = [Image.open(io.BytesIO(pagestore.get(path) or b"")) for path in (small, large)]
    assert [(image.format, image.size) for image in sizes] == [("WEBP", (720, 480)), ("WEBP", (1200, 800))]


def test_a_small_original_is_not_enlarged():
    report = make_pictured(body=make_picture(size=(600, 600)))

    told = said(render(f"/fragment/{report.pk}.html"))

    assert (told["width"], told["height"], "srcset" in told) == ("600", "400", False)
    assert told["src"].endswith("-w600.webp")


@pytest.mark.parametrize("mode", ["L", "CMYK"])
@pytest.mark.parametrize("kind", ["JPEG"])
def test_a_picture_for_print_is_shown(kind: str, mode: str):
    report = make_pictured(body=make_picture(kind, mode=mode))

    assert said(render(f"/fragment/{report.pk}.html"))["width"] == "1200"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF"])
def test_each_format_is_shown_as_webp(kind: str):
    report = make_pictured(body=make_picture(kind))

    assert said(render(f"/fragment/{report.pk}.html"))["src"].endswith("-w720.webp")


def test_a_drawing_is_kept_without_loss():
    make_pictured(1, body=make_picture("PNG"))
    make_pictured(2, body=make_picture("JPEG"))

    assert [photo.shown_as for photo in Photo.objects.order_by("pk")] == [Photo.DRAWING_AS, Photo.SHOWN_AS]


def test_alt_is_the_wire_s_or_else_the_library_s_or_nothing():
    report = make_report(photos=[{**NAMED, "alt": ""}])
    photo = keep_photo(MOAT, body=make_picture(), caption="", credit="", alt="Of the library", now=NOON)

    assert said(render(f"/fragment/{report.pk}.html"))["alt"] == "Of the library"

    Photo.objects.filter(pk=photo.pk).update(description="")

    assert said(render(f"/fragment/{report.pk}.html"))["alt"] == ""


def test_words_of_the_file_stand_where_the_wire_has_none():
    report = make_report(photos=[{"address": MOAT, "caption": "", "credit": "", "alt": ""}])
    before = render(f"/fragment/{report.pk}.html")
    keep_photo(MOAT, body=make_picture(), caption="Written into it.", credit="B. Lim", alt="", now=NOON)

    assert figures(before) == []
    assert lines(render(f"/fragment/{report.pk}.html"), "figure") == ["Written into it. Photo: B. Lim"]


@pytest.mark.parametrize(
    "gone",
    [
        lambda photo: photo.delete(),
        lambda photo: Photo.objects.filter(pk=photo.pk).update(until=date(2020, 1, 1)),
        lambda photo: (photo.file.storage.delete(photo.file.name), photo.renditions.all().delete()),
        lambda photo: [row.file.storage.delete(row.file.name) for row in photo.renditions.all()],
    ],
    ids=["deleted", "over", "lost", "renditions lost"],
)
def test_of_a_photo_that_is_gone_the_words_stay(gone: Any):
    report = make_pictured()

    gone(Photo.objects.get())

    page = render(f"/fragment/{report.pk}.html")
    assert [figure["class"] for figure in figures(page)] == [["wide", "words"]]
    assert lines(page, "figure") == ["The moat. Photo: AFP"]
    assert b"<img" not in page


def test_a_photo_is_shown_on_its_last_day(settings: Any):
    from django.utils import timezone

    report = make_pictured()
    Photo.objects.update(until=timezone.localdate(timezone=timezone.get_default_timezone()))

    assert b"<img" in render(f"/fragment/{report.pk}.html")


def test_another_focal_point_gives_other_files():
    report = make_pictured()
    before = said(render(f"/fragment/{report.pk}.html"))["src"]
    photo = Photo.objects.get()
    photo.focal_point_x, photo.focal_point_y, photo.focal_point_width, photo.focal_point_height = 100, 100, 50, 50
    photo.save()

    after = said(render(f"/fragment/{report.pk}.html"))["src"]

    assert after != before
    assert pagestore.get(after)


def test_the_first_photo_of_a_report_s_page_is_not_lazy_and_the_second_is():
    wall = {**NAMED, "address": "https://photos.example/wall.jpg"}
    report = make_report(photos=[NAMED, wall])
    for photo in (NAMED, wall):
        keep_photo(photo["address"], body=make_picture(), caption="", credit="", alt="", now=NOON)

    page = render(report.state.path_on_site)

    images = BeautifulSoup(page, "html.parser").select("img")
    assert [image.get("loading") for image in images] == [None, "lazy"]


def test_the_lead_of_the_front_has_its_photo_and_no_card_has():
    for n in range(3):
        make_pictured(n, dated_at=MORNING + timedelta(hours=n))

    page = BeautifulSoup(render("/"), "html.parser")

    (image,) = page.select("img")
    assert image.parent["class"] == ["pix"]
    assert image.get("loading") is None
    assert page.select_one(".pix .cap").get_text() == "The moat. Photo: AFP"


def test_the_lead_without_a_picture_is_as_it_was():
    make_report(photos=[NAMED])

    assert BeautifulSoup(render("/"), "html.parser").select(".pix, img") == []


def test_a_lost_file_is_made_again_and_no_other_is():
    report = make_pictured()
    path = said(render(f"/fragment/{report.pk}.html"))["src"]
    whole = pagestore.get(path)
    pagestore.remove(path)
    other = path.replace("-w", "0-w").replace(path.split("-")[1], "00000000")

    assert render(path) == whole
    for wrong in (other, path.replace("w720", "w721"), path.replace("/photo/", "/photo/9")):
        with pytest.raises(NoSuchPage):
            render(wrong)


def test_a_photo_that_no_wire_named_is_not_public():
    photo = keep_photo(MOAT, body=make_picture(), caption="", credit="", alt="", now=NOON)
    path = f"/photo/{photo.pk}-00000000-w720.webp"
    photo.wire_photos.all().delete()

    with pytest.raises(NoSuchPage):
        render(path)


@pytest.mark.parametrize("path", ["/fragment/{}.html", "/story/the-lighthouse/", "/", "/story/the-lighthouse/2023/06/"])
def test_photos_cost_the_same_queries_for_one_as_for_three(path: str, django_assert_num_queries: Any):
    story = make_story()
    counts = []
    for n in (1, 2, 3):
        report = make_pictured(n, dated_at=MORNING, stories=[story])
        render(path.format(report.pk))
        counts.append(_queries(lambda made=report: render(path.format(made.pk))))

    assert counts[0] == counts[1] == counts[2]


def test_a_photo_costs_three_queries():
    story = make_story()
    plain = make_report(dated_at=MORNING, stories=[story])
    pictured = make_pictured(dated_at=MORNING)
    render(f"/fragment/{pictured.pk}.html")

    without, with_one = (_queries(lambda pk=pk: render(f"/fragment/{pk}.html")) for pk in (plain.pk, pictured.pk))

    # A report in a story asks as often as one in none.
    assert with_one == without + 3


def _queries(act: Any) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)
