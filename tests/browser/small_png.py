"""Writes a screenshot with 256 colours at most, which is a third of its size and looks the same."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

COLOURS = 256

PIXELS = """
async (picture) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [image.width, image.height, btoa(text)];
}
"""


def small_png(picture: bytes, reader: Page) -> bytes:
    """Return the same picture with few colours; `reader` is an empty page, whose browser can read it."""
    width, height, pixels = reader.evaluate(PIXELS, base64.b64encode(picture).decode())
    rgb = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(height * width, 4)[:, :3].astype(np.uint32)
    palette, indices = _few((rgb << np.array([16, 8, 0], np.uint32)).sum(axis=1, dtype=np.uint32))
    # Each row begins with the kind of its filter: none.
    rows = np.hstack([np.zeros((height, 1), np.uint8), indices.reshape(height, width)])
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _few(colours: NDArray[np.uint32]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Keep the colours that are there most; every other becomes the nearest of them."""
    there, place, count = np.unique(colours, return_inverse=True, return_counts=True)
    kept = _parts(there[np.argsort(-count, kind="stable")[:COLOURS]])
    parts = _parts(there)
    nearest = [((kept - part) ** 2).sum(axis=1).argmin() for part in parts]
    return kept.astype(np.uint8), np.array(nearest, np.uint8)[place.reshape(-1)]


def _parts(colours: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Red, green and blue beside each other."""
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.int64)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
