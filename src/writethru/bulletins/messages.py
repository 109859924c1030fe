"""What is sent, in words: the subject, the text, the HTML, and what a browser shows.

A message is made once. What is each reader's own stands in it as %%stop%%, %%manage%%, %%all%% and %%why%%
(`bulletins.personal`). Copy that holds such a place itself has it broken up.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from storytext import diff_words
from writethru.lib.html import paragraphs, text, word_count
from writethru.lib.words import day, direction_of, first_sentence, full, name_of, other_language, text_credit

LONG = 90  # words of a first paragraph: of a longer one its first sentence stands
MOST_MARKED = 15  # words that "Was" and "Is" hold
PUSH_CHARACTERS = 700  # of at most four bytes: what a push service takes is some 3,000 bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What a dispatch holds."""

    subject: str
    text: str
    html: str
    push: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A story, or a section, as a message names it."""

    title: str
    path: str

    @property
    def url(self) -> str:
        """Return its address."""
        return f"{settings.BASE_URL}{self.path}"


def place_of(page: Any) -> Place:
    """Return a story, or a section, as a message names it."""
    return Place(_plain(page.title), page.path_on_site)


@dataclass(frozen=True, slots=True)
class Entry:
    """A version as a message tells it; `words` is what its HTML says of its language."""

    report: int
    number: int
    url: str
    headline: str
    lead: str
    name: str
    credit: str
    time: str
    language: str
    is_update: bool = False
    story: str = ""

    @property
    def words(self) -> str:
        """Return the attributes of text in another language than the site's."""
        if not self.language:
            return ""
        return mark_safe(f' lang="{self.language}" dir="{direction_of(self.language)}"')  # noqa: S308 (a checked tag)

    @property
    def version_url(self) -> str:
        """Return where this version stands beside the one before."""
        return f"{self.url}v{self.number}/"


@dataclass(frozen=True, slots=True)
class Fix:
    """What was wrong in what was sent: a correction, or a withdrawal, which repeats nothing of the report."""

    entry: Entry
    sent_at: datetime | None
    note: str
    is_withdrawal: bool
    was: str = ""
    now: str = ""
    was_headed: str = ""  # the headline that was sent, where there is another now

    @property
    def heading(self) -> str:
        """Return of which mail it is."""
        if self.sent_at is None:
            return _("Withdrawal") if self.is_withdrawal else _("Correction")
        if self.is_withdrawal:
            return _("Withdrawal of what we sent you on %s") % day(self.sent_at)
        return _("Correction of what we sent you on %s") % day(self.sent_at)

    @property
    def withdrawn(self) -> str:
        """Return the sentence that withdraws."""
        if self.sent_at is None:
            return _("A report that we sent you has been withdrawn.")
        return _("A report that we sent you on %s has been withdrawn.") % day(self.sent_at)


def entry_of(version: Any, *, path: str, dated_at: datetime, story: str = "") -> Entry:
    """Return a version as messages tell it."""
    opening = next(iter(paragraphs(version.html)), "")
    lead = opening if word_count(opening) <= LONG else first_sentence(version.html)
    return Entry(
        report=version.report_id,
        number=version.number,
        url=f"{settings.BASE_URL}{path}",
        headline=_plain(version.headline),
        lead=_plain(lead),
        name=_plain(name_of(version.headline, version.html)),
        credit=_plain(text_credit(version.credit)),
        time=full(version.published_at if version.kind == "update" else dated_at),
        language=other_language(version.language),
        is_update=version.kind == "update",
        story=_plain(story),
    )


def fix_of(entry: Entry, version: Any, before: Any, *, sent_at: datetime | None) -> Fix:
    """Return a correction or a withdrawal as messages tell it; `before` is the version that was sent."""
    if version.kind == "withdrawal":
        return Fix(entry, sent_at, _plain(version.note), is_withdrawal=True)
    headlines = (_plain(before.headline), entry.headline) if before else ("", "")
    is_headed_anew = all(headlines) and headlines[0] != headlines[1]
    was, now = _replaced(before, version, with_headline=not is_headed_anew) if before else ("", "")
    return Fix(
        entry,
        sent_at,
        _plain(version.note),
        is_withdrawal=False,
        was=was,
        now=now,
        was_headed=headlines[0] if is_headed_anew else "",
    )


def _replaced(before: Any, after: Any, *, with_headline: bool) -> tuple[str, str]:
    """Return the words that were replaced and those that stand for them now, where it is one passage, and short."""
    old, new = (
        "\n\n".join(filter(None, [one.headline if with_headline else "", text(one.html)])) for one in (before, after)
    )
    parts = [part for part in diff_words(old, new) if part[0] != "same"]
    if [kind for kind, _part in parts] != ["del", "ins"]:
        return "", ""
    was, now = (_plain(part) for _kind, part in parts)
    return (was, now) if max(word_count(was), word_count(now)) <= MOST_MARKED else ("", "")


def _plain(given: str) -> str:
    """Return copy on one line, with no place of ours in it."""
    return " ".join(given.split()).replace("%%", "% %")


def telling(
    *,
    stories: Sequence[Place],
    fixes: Sequence[Fix] = (),
    entries: Sequence[Entry] = (),
    more: int = 0,
    follows: bool = True,
    is_one: bool = True,
) -> Message:
    """Return the message of an alert, or of a digest: what was wrong first, then what is new.

    `more` is how many reports it leaves out; `is_one`, whether the reader gets it for one thing that they follow.
    """
    is_of_one_story = len(stories) == 1
    url = stories[0].url if is_of_one_story else f"{settings.BASE_URL}/account/following/"
    button = {"url": url, "label": _("Read the story") if is_of_one_story else _("See all that you follow")}
    subject = subject_of(fixes, entries, more)
    context = {
        "subject": subject,
        "preheader": _preheader(fixes, entries, more),
        "stories": stories,
        "follows": follows,
        "fixes": fixes,
        "entries": entries,
        "more": _and_more(more),
        "button": button,
        "stop": _("stop following this story") if is_one else _("stop following"),
    }
    push = _push(stories, fixes, entries, more, url)
    return Message(subject, _as_text(context), _rendered("told.html", context), push)


def subject_of(fixes: Sequence[Fix], entries: Sequence[Entry], more: int = 0) -> str:
    """Return the subject: what was wrong before all else; a withdrawn report is not named."""
    rest = len(entries) + more - 1
    if fixes and fixes[0].is_withdrawal:
        first = _("A report that we sent you has been withdrawn")
    elif fixes:
        first = _("Correction: %s") % fixes[0].entry.name
    else:
        first = entries[0].name
    if fixes or not rest:
        return first
    return ngettext("%(first)s, and %(n)d more", "%(first)s, and %(n)d more", rest) % {"first": first, "n": rest}


def _preheader(fixes: Sequence[Fix], entries: Sequence[Entry], more: int) -> str:
    if fixes:
        said = [fixes[0].withdrawn if fixes[0].is_withdrawal else fixes[0].note]
        said += [_new(len(entries) + more)] if entries else []
        return " ".join(filter(None, said))
    if len(entries) > 1:
        return _("Also: %s") % entries[1].name
    return entries[0].lead if entries[0].headline else ""


def _new(n: int) -> str:
    return ngettext("And %d new entry.", "And %d new entries.", n) % n


def _and_more(n: int) -> str:
    return ngettext("And %d more", "And %d more", n) % n if n else ""


def _push(
    stories: Sequence[Place], fixes: Sequence[Fix], entries: Sequence[Entry], more: int, url: str
) -> dict[str, Any]:
    """Return what the service worker shows. What is told later of the same report replaces it, by its tag."""
    first = fixes[0].entry if fixes else entries[0]
    is_alone = len(fixes) + len(entries) + more == 1
    is_withdrawn = bool(fixes) and fixes[0].is_withdrawal
    return {
        "title": stories[0].title[:PUSH_CHARACTERS] if len(stories) == 1 else settings.SITE_NAME,
        "body": subject_of(fixes, entries, more)[:PUSH_CHARACTERS],
        "tag": f"r{first.report}" if is_alone else "digest",
        "url": first.url if is_alone and not is_withdrawn else url,
        "lang": first.language or get_language(),
        "dir": direction_of(first.language) or "auto",
    }


def _as_text(context: dict[str, Any]) -> str:
    opening = _("You follow") if context["follows"] else _("In")
    lines = [f"{opening} {', '.join(story.title for story in context['stories'])}", ""]
    for fix in context["fixes"]:
        lines += [fix.heading, ""]
        if fix.is_withdrawal:
            lines += [fix.withdrawn, *([fix.note] if fix.note else []), ""]
            continue
        lines += [fix.entry.name, *([fix.note] if fix.note else [])]
        if fix.was_headed:
            headed = {"was": fix.was_headed, "now": fix.entry.headline}
            lines.append(_("The headline was: “%(was)s”. It is: “%(now)s”.") % headed)
        lines += [_("Was: %(was)s. Is: %(now)s.") % {"was": fix.was, "now": fix.now}] if fix.was else []
        changed = f"{_('See what changed, word by word')}: {fix.entry.version_url}"
        lines += [*([fix.entry.credit] if fix.entry.credit else []), changed, ""]
    for entry in context["entries"]:
        updated = f" {_('Updated')}." if entry.is_update else ""
        lines += [f"{entry.time}.{updated}", *filter(None, [entry.headline, entry.lead, entry.credit]), entry.url, ""]
    lines += [context["more"], ""] if context["more"] else []
    lines += [f"{context['button']['label']}: {context['button']['url']}", ""]
    base = settings.BASE_URL
    foot = [
        "%%why%%",
        f"{_('Change the pace')}: {base}/f/%%manage%%/",
        f"{_capital(context['stop'])}: {base}/u/%%stop%%/",
        f"{_('Stop all mail')}: {base}/u/all/%%all%%/",
    ]
    return "\n".join([*lines, "-- ", *foot, _signed()]) + "\n"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _signed() -> str:
    return ", ".join(filter(None, [settings.SITE_NAME, settings.POSTAL_ADDRESS]))


def letter(
    subject: str,
    paragraphs: Sequence[str],
    button: tuple[str, str] | None = None,
    *,
    code: str = "",
    after: Sequence[str] = (),
) -> tuple[str, str]:
    """Return a letter's text and HTML: its paragraphs, a `code` to type, a button (label, address), what stands after.

    It is to one person: nothing is filled in.
    """
    given = {"subject": subject, "paragraphs": paragraphs, "code": code, "after": after}
    given |= {"button": {"label": button[0], "url": button[1]} if button else None, "preheader": paragraphs[0]}
    said = [subject, *paragraphs, *([code] if code else []), *([f"{button[0]}: {button[1]}"] if button else []), *after]
    return "\n\n".join([*said, f"-- \n{_signed()}"]) + "\n", _rendered("letter.html", given)


def last_word(story: Place, *, goes_on_in: Place | None) -> Message:
    """Return what followers of a story are told when it is closed; they follow the one that it goes on in now."""
    subject = _("This story is closed: %s") % story.title
    if goes_on_in:
        said = [
            _("There will be no more reports in it. Later reports are in “%s”; you follow that one now.")
            % goes_on_in.title
        ]
        button = {"label": _("Read on"), "url": goes_on_in.url}
    else:
        said = [_("There will be no more reports in it, and you will get no more mail about it. Its page stays.")]
        button = {"label": _("See the story"), "url": story.url}
    context = {"subject": subject, "paragraphs": said, "button": button, "preheader": said[0]}
    foot = ["-- ", "%%why%%", f"{_('Stop all mail')}: {settings.BASE_URL}/u/all/%%all%%/", _signed()]
    lines = [subject, "", *said, "", f"{button['label']}: {button['url']}", "", *foot]
    push = {"title": story.title[:PUSH_CHARACTERS], "body": said[0][:PUSH_CHARACTERS], "tag": "last word"}
    push |= {"url": button["url"], "lang": get_language(), "dir": "auto"}
    return Message(subject, "\n".join(lines) + "\n", _rendered("last_word.html", context), push)


def _rendered(template: str, context: dict[str, Any]) -> str:
    site = {
        "name": settings.SITE_NAME,
        "base": settings.BASE_URL,
        "address": settings.POSTAL_ADDRESS,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start": "right" if get_language_bidi() else "left",
    }
    return re.sub(r"\n{2,}", "\n", render_to_string(f"bulletins/{template}", {**context, "site": site}))
