"""What changed, word by word, as a reader is shown it."""

from types import SimpleNamespace

from writethru.press.changes import changed


def version(html: str, headline: str = "") -> SimpleNamespace:
    return SimpleNamespace(headline=headline, html=html)


def test_a_changed_number_and_an_added_name_are_marked():
    before = version("<p>It covers four minerals: cobalt and nickel.</p>")
    after = version("<p>It covers five minerals: cobalt, manganese and nickel.</p>")

    assert changed(before, after) == (
        "<p>It covers <del>four</del> <ins>five</ins> minerals: cobalt<ins>, manganese</ins> and nickel.</p>"
    )


def test_paragraphs_that_stayed_are_left_out():
    before = version("<p>One stays.</p><p>Two goes.</p><p>Three stays.</p>")
    after = version("<p>One stays.</p><p>Two went.</p><p>Three stays.</p>")

    assert changed(before, after) == "<p>Two <del>goes</del> <ins>went</ins>.</p>"


def test_a_long_stretch_without_a_change_is_cut_to_a_few_words():
    same = " ".join(f"word{number}" for number in range(60))

    told = changed(version(f"<p>Old {same}</p>"), version(f"<p>New {same}</p>"))

    assert told == f"<p><del>Old</del> <ins>New</ins> {' '.join(f'word{number}' for number in range(12))} …</p>"


def test_a_headline_is_the_first_paragraph():
    assert changed(version("<p>Text.</p>", "A <b>"), version("<p>Text.</p>", "A <i>")) == (
        "<p>A &lt;<del>b</del> <ins>i</ins>&gt;</p>"
    )


def test_nothing_changed_is_nothing():
    assert changed(version("<p>Text.</p>"), version("<p>Text.</p>")) == ""
