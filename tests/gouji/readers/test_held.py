import base64

import pytest

from gouji.readers.held import Held, data_uri_to_bytes, pack_pictures, unpack_pictures

DATA = bytes(range(256))
PACKED = base64.b64encode(DATA).decode()


@pytest.mark.parametrize(
    "address",
    [
        f"data:image/png;base64,{PACKED}",
        f" DATA:IMAGE/JPEG;charset=utf-8;base64,{PACKED}\n",
        f"data:image/gif;base64,{PACKED[:100]}\n {PACKED[100:]}",
        f"data:image/webp;base64,{PACKED.rstrip('=')}",
        f"data:image/bmp;base64,{PACKED.replace('+', '-').replace('/', '_')}",
        f"data:image/tiff;base64,{PACKED.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}",
        "data:image/png," + "".join(f"%{byte:02x}" for byte in DATA),
    ],
)
def test_a_picture_in_an_address_is_unpacked(address: str) -> None:
    assert data_uri_to_bytes(address) == DATA


@pytest.mark.parametrize(
    "address", ["", "t3.png", "data:text/html;base64,AAAA", "data:image/svg+xml,<svg/>", "data:image/png"]
)
def test_other_addresses_hold_no_picture(address: str) -> None:
    assert data_uri_to_bytes(address) is None


def test_pictures_survive_the_way_to_the_worker() -> None:
    pictures = [Held(b"one", (0.1, 0.0, 0.25, 0.5)), Held(b""), Held(DATA)]
    assert unpack_pictures(pack_pictures(pictures, True)) == (pictures, True)
    assert unpack_pictures(pack_pictures([], False)) == ([], False)
