from datetime import UTC, datetime
from typing import Any

from writethru.bulletins.messages import letter
from writethru.bulletins.personal import Recipient, values_for
from writethru.readers import links

APRIL = datetime(2023, 4, 3, 20, 0, tzinfo=UTC)  # the 4th in Manila


def make_recipient(**fields: Any) -> Recipient:
    given = {"sending": 1, "reader": 7, "follow": 9, "email": "", "pace": "daily", "followed_at": APRIL, "language": ""}
    return Recipient(**{**given, **fields})


def test_each_has_links_of_their_own_and_why_they_get_it():
    values = values_for([make_recipient()])[0]

    doors = {"stop": links.STOP, "manage": links.FOLLOW, "all": links.STOP_ALL}
    assert {name: links.read(door, values[name]) for name, door in doors.items()} == {
        "stop": (7, 9),
        "manage": (7, 9),
        "all": (7, 0),
    }
    assert values["why"] == "Daily, because you asked for it on 4 April 2023."


def test_why_is_said_without_a_day_of_all_that_somebody_follows():
    values = values_for([make_recipient(follow=0, followed_at=None), make_recipient(pace="", followed_at=None)])

    assert [one["why"] for one in values] == ["Daily, because you asked for it.", "You follow this."]


def test_letter_has_its_paragraphs_and_its_button_in_both_parts(settings: Any):
    settings.POSTAL_ADDRESS = "12 Harbour Road"
    text, html = letter("Confirm", ["Press <this>.", "Or don't."], ("Yes", "https://news.example/c/1/"))

    assert text == (
        "Confirm\n\nPress <this>.\n\nOr don't.\n\nYes: https://news.example/c/1/\n\n"
        "-- \nThe Daily Example, 12 Harbour Road\n"
    )
    assert [html.count(part) for part in ("Press &lt;this&gt;.", "https://news.example/c/1/", "12 Harbour Road")] == [
        2,
        1,
        1,
    ]
