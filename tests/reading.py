"""Reads a page as a reader does: the lines of its text."""

import re

from bs4 import BeautifulSoup

BLOCKS = "h1,h2,h3,h4,p,li,figcaption,nav a,.btn,summary"


def lines(page: bytes, within: str = "main") -> list[str]:
    """Return the text of each block within, in order; a block inside a block is told once, by the outer one."""
    soup = BeautifulSoup(page, "html.parser")
    told = []
    for block in soup.select_one(within).select(BLOCKS):
        if not any(parent in told for parent in block.parents):
            told.append(block)
    return [re.sub(r"\s+", " ", block.get_text()).strip() for block in told]


def links(page: bytes, within: str = "main") -> list[tuple[str, str]]:
    """Return (text, address) of each link within."""
    soup = BeautifulSoup(page, "html.parser")
    return [
        (re.sub(r"\s+", " ", link.get_text()).strip(), link.get("href")) for link in soup.select_one(within).select("a")
    ]
