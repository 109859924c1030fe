"""Makes small picture files."""

import io
import itertools
from typing import Any

from PIL import Image

_shades = itertools.count(1)


def make_picture(
    kind: str = "JPEG", *, size: tuple[int, int] = (1500, 1000), mode: str = "RGB", **options: Any
) -> bytes:
    """Return the bytes of a picture; no two calls give the same."""
    number = next(_shades)
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.putpixel((number % size[0], number // size[0] % size[1]), image.getpixel((0, size[1] - 1)))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def iptc(**fields: bytes) -> bytes:
    """Return an application segment of a JPEG with IPTC fields by name."""
    numbers = {"byline": 80, "credit": 110, "source": 115, "caption": 120}
    records = b"".join(
        b"\x1c\x02" + bytes([numbers[name]]) + len(value).to_bytes(2, "big") + value for name, value in fields.items()
    )
    block = b"8BIM\x04\x04\x00\x00" + len(records).to_bytes(4, "big") + records + b"\x00" * (len(records) % 2)
    body = b"Photoshop 3.0\x00" + block
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body


def with_iptc(jpeg: bytes, **fields: bytes) -> bytes:
    """Return the JPEG with IPTC fields written into it."""
    return jpeg[:2] + iptc(**fields) + jpeg[2:]


def xmp(*, description: str = "", creator: str = "", credit: str = "") -> bytes:
    """Return an XMP packet."""
    return f"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:Credit="{credit}"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt>
</dc:description><dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF>
</x:xmpmeta><?xpacket end="w"?>""".encode()
