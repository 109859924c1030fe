import io
import struct
import zlib

import pytest
from PIL import Image
from pixels import make_picture, with_iptc, xmp

from tests.work import work_of
from writethru.lib.picture import NotAPicture, Picture, read_picture


@pytest.mark.parametrize(
    ("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif"), ("AVIF", "avif")]
)
def test_the_five_formats_of_the_web_are_read(kind: str, extension: str):
    body = make_picture(kind, size=(300, 200))

    assert read_picture(body) == Picture(extension, 300, 200, caption="", credit="")


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_grey_picture_and_one_for_print_are_read(mode: str):
    assert read_picture(make_picture(mode=mode, size=(300, 200))).width == 300


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "PDF", "EPS", "TGA"])
def test_other_formats_are_refused(kind: str):
    with pytest.raises(NotAPicture, match=r"^It is no picture that can be read"):
        read_picture(make_picture(kind, size=(300, 200)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Not found</html>",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg/>',
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
        b"GIF89a" + b"\xff" * 50,
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    ],
)
def test_what_is_no_picture_is_refused(body: bytes):
    with pytest.raises(NotAPicture):
        read_picture(body)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_that_breaks_off_is_refused(kind: str):
    whole = make_picture(kind, size=(600, 400))

    with pytest.raises(NotAPicture):
        read_picture(whole[: len(whole) // 2])


def png(width: int, height: int) -> bytes:
    """Return a PNG that says it has this size, and has a little of it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(10_000, 6_001), (30_000, 30_000), (2**31 - 1, 1), (65_000, 65_000)])
def test_a_bomb_of_pixels_is_not_unpacked(width: int, height: int):
    bomb = png(width, height)

    def refuse() -> None:
        with pytest.raises(NotAPicture):
            read_picture(bomb)

    assert work_of(refuse) < 0.5


@pytest.mark.parametrize("size", [(1, 1), (63, 400), (400, 63)])
def test_a_counter_is_no_photo(size: tuple[int, int]):
    with pytest.raises(NotAPicture, match=rf"^It has {size[0]} × {size[1]} pixels, too few for a photo\.$"):
        read_picture(make_picture("GIF", size=size))


def test_caption_and_credit_are_read_from_iptc():
    body = with_iptc(
        make_picture(size=(300, 200)), byline="Ana Núñez".encode(), credit=b"AFP", source=b"X", caption=b"The\r\nmoat. "
    )

    assert read_picture(body) == Picture("jpg", 300, 200, caption="The moat.", credit="Ana Núñez / AFP")


@pytest.mark.parametrize(
    ("fields", "credit"),
    [
        ({"byline": "Ana Núñez".encode("cp1252")}, "Ana Núñez"),
        ({"source": b"Kyodo"}, "Kyodo"),
        ({"byline": b"AFP", "credit": b"AFP"}, "AFP"),
        ({"byline": b"A. Kerr", "credit": b"A. Kerr/AFP"}, "A. Kerr/AFP"),
        ({"byline": b"A. Kerr / AFP", "credit": b"AFP"}, "A. Kerr / AFP"),
        ({}, ""),
    ],
)
def test_a_credit_names_who_and_for_whom(fields: dict[str, bytes], credit: str):
    assert read_picture(with_iptc(make_picture(size=(300, 200)), **fields)).credit == credit


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_xmp_comes_before_iptc(kind: str):
    packet = xmp(description="The moat.", creator="A. Kerr", credit="AFP")
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode())
        body = make_picture(kind, size=(300, 200), pnginfo=info)
    else:
        body = make_picture(kind, size=(300, 200), xmp=packet)
    if kind == "JPEG":
        body = with_iptc(body, credit=b"Another", caption=b"Another.")

    read = read_picture(body)

    assert (read.caption, read.credit) == ("The moat.", "A. Kerr / AFP")


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta",
        b"not xml",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>',
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
    ],
)
def test_a_picture_with_a_broken_margin_is_a_picture(packet: bytes):
    assert read_picture(make_picture(size=(300, 200), xmp=packet)) == Picture("jpg", 300, 200, "", "")


def test_a_picture_that_moves_is_read_by_its_first_frame():
    frames = [Image.new("L", (100, 100), shade) for shade in (0, 100, 200)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    assert read_picture(out.getvalue()) == Picture("gif", 100, 100, "", "")
