from email import message_from_bytes, policy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from writethru.lib.mail import Frame, date_header, on_one_line

VALUES = {"stop": "AAAB-_x", "manage": "CCC", "all": "DDD", "why": "Daily, because you asked for it on 4 April 2023."}
OWN = {"to": "anna@mail.example", "id": "<17.65@news.example>", "date": date_header(1_700_000_000)}


def frame(**fields: Any) -> Frame:
    given = {"sender": "The Daily Example <news@news.example>", "subject": "Sold", "text": "Sold.\n", **fields}
    return Frame(**given)


def parsed(raw: bytes) -> Any:
    """Return the message as it is read where lines end in LF."""
    return message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=policy.default)


def test_a_message_has_its_headers_and_both_its_parts():
    made = frame(
        text="Sold. %%why%%\nhttps://n.example/u/%%stop%%/\n",
        html='<a href="https://n.example/u/%%stop%%/">%%why%%</a>',
    )

    message = parsed(made.message(**OWN, values=VALUES, unsubscribe="https://n.example/u/AAAB-_x/"))

    assert dict(message.items()) | {"Content-Type": ""} == {
        "To": "anna@mail.example",
        "Message-ID": "<17.65@news.example>",
        "Date": "Tue, 14 Nov 2023 22:13:20 -0000",
        "List-Unsubscribe": "<https://n.example/u/AAAB-_x/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "From": "The Daily Example <news@news.example>",
        "Subject": "Sold",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }
    text, html = (part.get_content() for part in message.iter_parts())
    assert text == f"Sold. {VALUES['why']}\nhttps://n.example/u/AAAB-_x/\n"
    assert html == f'<a href="https://n.example/u/AAAB-_x/">{VALUES["why"]}</a>\n'


def test_a_place_is_filled_in_wherever_a_line_would_break_in_it():
    for length in range(60, 90):
        made = frame(text="x" * length + "%%stop%%é%%why%%\n")

        assert parsed(made.message(**OWN, values=VALUES)).get_content() == ("x" * length + f"AAAB-_xé{VALUES['why']}\n")


def test_what_fills_a_place_may_be_in_any_script_and_of_any_length():
    why = "毎日、あなたが希望したので。=" * 20

    raw = frame(text="%%why%%\n").message(**OWN, values={**VALUES, "why": why})

    assert parsed(raw).get_content() == f"{why}\n"
    assert max(map(len, raw.split(b"\r\n"))) < 100


def test_a_letter_has_no_places():
    assert parsed(frame(text="%%stop%%\n", has_places=False).message(**OWN)).get_content() == "%%stop%%\n"


def test_no_subject_begins_a_header_of_its_own():
    made = frame(subject="Sold\r\nBcc: everybody@mail.example\u2028X: y\x00\ud800", headers={"X-Kind": "a\nb: c"})

    message = parsed(made.message(**OWN))

    assert (message["Subject"], message["X-Kind"]) == ("Sold Bcc: everybody@mail.example X: y ?", "a b: c")
    assert message["Bcc"] is None


@given(st.text(max_size=300))
def test_whatever_the_text_holds_it_arrives_and_breaks_nothing(text: str):
    raw = frame(text=text + "\n%%stop%%\n", html=f"<p>{text}</p>\n").message(**OWN, values=VALUES)

    assert raw.replace(b"\r\n", b"").find(b"\r") == raw.replace(b"\r\n", b"").find(b"\n") == -1
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    first, second = parsed(raw).iter_parts()
    assert "AAAB-_x" in first.get_content() and second.get_content_type() == "text/html"


def test_a_header_is_one_line():
    assert on_one_line(" a\r\n\tb\x85c ") == "a b c"
