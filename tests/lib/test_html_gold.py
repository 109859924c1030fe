"""DOMPurify's payloads leave nothing that isn't ours, and stay clean."""

import json
import re

import pytest
from gold import gold_members

from writethru.lib.html import clean

pytestmark = pytest.mark.gold

OURS = re.compile(
    r"</?(?:p|br|em|strong|b|i|ul|ol|li|blockquote|h[234]|sub|sup|table|caption|thead|tbody|tfoot|tr|t[hd])>"
    r'|<a href="(?:https?://|mailto:)[^"]*">|</a>'
)


def test_payloads_leave_only_our_tags_and_clean_twice_is_clean_once():
    ((_, script),) = gold_members("feeds/dompurify-xss.tar.xz")
    payloads = [json.loads(found) for found in re.findall(r'"payload":\s*("(?:[^"\\]|\\.)*")', script.decode())]

    cleaned = [clean(payload) for payload in payloads]

    assert len(payloads) == 223
    assert [html for html in cleaned if "<" in OURS.sub("", html)] == []
    assert [html for html in cleaned if clean(html) != html] == []
