"""small_png.py FILE: writes a PNG picture of 48 x 32 pixels."""

import struct
import sys
import zlib

WIDTH, HEIGHT = 48, 32
rows = b"".join(b"\0" + bytes(v for x in range(WIDTH) for v in (5 * x, 7 * y, 128)) for y in range(HEIGHT))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
with open(sys.argv[1], "wb") as file:
    file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
