"""Who may change which report, and the two groups that a newsroom begins with."""

import importlib

import pytest
from builders import NOON, make_report, make_staff, make_story
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from writethru.readers.models import Account
from writethru.stories.actions.file import open_section, open_story
from writethru.stories.models import Entry, Home, Report, Section, Story
from writethru.stories.queries import can_edit, can_publish, reports_editable_by, stories_editable_by
from writethru.wire.models import Source

pytestmark = pytest.mark.django_db

roles = importlib.import_module("writethru.stories.migrations.0007_roles")


def house() -> tuple[Section, Section, dict[str, Report]]:
    """Return two sections, and a report in a story of each, in one of both, in none by what their source feeds."""
    news, sport = Section.objects.get(), open_section("Sport", now=NOON)
    lighthouse, regatta = make_story(), open_story("The regatta", now=NOON, section=sport)
    reports = {
        "news": make_report(stories=[lighthouse]),
        "sport": make_report(stories=[regatta]),
        "both": make_report(stories=[lighthouse, regatta]),
        "fed to sport": make_report(),
        "fed to the regatta": make_report(),
        "fed to nobody": make_report(),
        "filed in sport, fed to news": make_report(stories=[regatta]),
    }
    feeds = {"fed to sport": sport, "fed to the regatta": regatta, "filed in sport, fed to news": news}
    for name, page in feeds.items():
        Source.objects.filter(pk=reports[name].source_id).update(feeds=page.pk)
    return news, sport, reports


def test_each_may_change_what_stands_in_their_sections():
    news, sport, reports = house()
    regatta = Story.objects.get(title="The regatta")
    everything = set(reports)
    people = {
        Account.objects.create_superuser("chief@desk.example", "a lamp on the rock"): everything,
        make_staff("editor@desk.example", on=Home.objects.get()): everything,
        make_staff("news@desk.example", on=news): {"news", "both", "fed to nobody"},
        make_staff("sport@desk.example", on=sport): everything - {"news"},
        make_staff("regatta@desk.example", on=regatta): everything - {"news", "fed to sport", "fed to nobody"},
        make_staff("nobody@desk.example"): set(),
        Account.objects.create_user("reader@home.example", "a lamp on the rock"): set(),
        Account.objects.create_superuser("former@desk.example", "a lamp on the rock", is_active=False): set(),
        AnonymousUser(): set(),
    }

    for user, expected in people.items():
        assert {name for name, report in reports.items() if can_edit(user, report)} == expected, user
        assert {name for name, report in reports.items() if can_publish(user, report)} == expected, user
        assert set(reports_editable_by(user)) == {reports[name] for name in expected}, user


def test_who_may_only_draft_does_not_publish():
    news, _, reports = house()
    trainee = make_staff("trainee@desk.example", on=news, may=["add", "change"])

    assert (can_edit(trainee, reports["news"]), can_publish(trainee, reports["news"])) == (True, False)


def test_listing_what_one_may_change_asks_as_often_for_three_as_for_one():
    news, _, reports = house()
    counts = []
    for email in ("one@desk.example", "three@desk.example"):
        user = make_staff(email, on=news)
        with CaptureQueriesContext(connection) as asked:
            list(reports_editable_by(user).order_by("pk"))
            list(stories_editable_by(user))
        counts.append(len(asked))
        Entry.objects.filter(report=reports["sport"]).update(
            story=Entry.objects.filter(report=reports["news"]).first().story
        )
        make_report(stories=[make_story("The ferry")])

    assert counts == [3, 3]


def test_a_newsroom_begins_with_editors_and_section_editors():
    editors, section_editors = Group.objects.order_by("name")

    assert [editors.name, section_editors.name] == ["Editors", "Section editors"]
    assert {(row.page.specific, row.permission.codename) for row in editors.page_permissions.all()} == {
        (Home.objects.get(), f"{may}_page") for may in ("add", "change", "publish", "lock", "unlock")
    }
    assert not section_editors.page_permissions.exists()
    for group in (editors, section_editors):
        assert group.permissions.filter(codename="access_admin").exists()
        photos = group.collection_permissions.filter(permission__codename__endswith="_image")
        assert {row.permission.codename for row in photos} == {"add_image", "change_image", "choose_image"}


def test_the_roles_go_back_to_wagtails_and_come_again_with_whoever_is_in_them():
    editor, drafter = make_staff("editor@desk.example"), make_staff("drafter@desk.example")
    editor.groups.set([Group.objects.get(name="Editors")])

    roles.take_back(apps, None)
    before = set(Group.objects.exclude(name__startswith="Desk").values_list("name", flat=True))
    drafter.groups.set([Group.objects.get(name="Editors")])
    roles.give(apps, None)

    assert before == {"Editors", "Moderators"}
    assert [group.name for group in editor.groups.all()] == ["Editors"]
    assert [group.name for group in drafter.groups.all()] == ["Contributors"]
    assert can_publish(Account.objects.get(pk=editor.pk), make_report())
    assert not can_publish(Account.objects.get(pk=drafter.pk), make_report())
