"""Drawing flat shapes that come out smooth: everything is drawn twice as large, then halved."""

import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeAlias

from PIL import Image, ImageDraw

Rgb: TypeAlias = tuple[int, int, int]
Points: TypeAlias = Sequence[tuple[float, float]]

WIDTH_PIXELS = 1200
HEIGHT_PIXELS = 900
JPEG_QUALITY = 78

_SCALE = 2
_CURVE_STEPS = 14
_TOKEN = re.compile(r"[MLCZ]|-?\d+(?:\.\d+)?")


def rgb(code: str) -> Rgb:
    """``#rrggbb`` as three numbers."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """``share`` of the other colour in the one: 0 leaves it, 1 replaces it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (12, 14, 20)


def lighter(color: Rgb, share: float) -> Rgb:
    return mix(color, WHITE, share)


def darker(color: Rgb, share: float) -> Rgb:
    return mix(color, BLACK, share)


@cache
def outline(path: str) -> tuple[tuple[float, float], ...]:
    """The corners of a path written as SVG does (``M L C Z``, absolute), curves made of lines."""
    tokens = _TOKEN.findall(path)
    points: list[tuple[float, float]] = []
    at = 0

    def take() -> tuple[float, float]:
        nonlocal at
        at += 2
        return float(tokens[at - 2]), float(tokens[at - 1])

    command = "M"
    while at < len(tokens):
        if tokens[at] in "MLCZ":
            command = tokens[at]
            at += 1
            continue
        if command == "C":
            (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points[-1], take(), take(), take()
            for step in range(1, _CURVE_STEPS + 1):
                t = step / _CURVE_STEPS
                a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
                points.append(
                    (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
                )
        else:
            points.append(take())
    return tuple(points)


class Canvas:
    """A picture being drawn; coordinates are in finished pixels, top left is the origin."""

    def __init__(self, width: int = WIDTH_PIXELS, height: int = HEIGHT_PIXELS) -> None:
        self.width = width
        self.height = height
        self._flipped = False
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE))
        self._draw = ImageDraw.Draw(self._image)

    def mirror(self) -> None:
        """From here on, left is right."""
        self._flipped = not self._flipped

    def _at(self, points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        if self._flipped:
            return [((self.width - x) * _SCALE, y * _SCALE) for x, y in points]
        return [(x * _SCALE, y * _SCALE) for x, y in points]

    def _box(self, x: float, y: float, width: float, height: float) -> tuple[float, ...]:
        (x0, y0), (x1, y1) = self._at([(x, y), (x + width, y + height)])
        return min(x0, x1), y0, max(x0, x1) - 1, y1 - 1

    def gradient(self, top: Rgb, bottom: Rgb, y: float = 0, height: float | None = None) -> None:
        """Across the whole width, from one colour down to the other."""
        span = (self.height - y) if height is None else height
        bands = max(1, round(span / 3))
        step = span / bands
        for band in range(bands):
            color = mix(top, bottom, band / max(1, bands - 1))
            above = (y + band * step) * _SCALE
            self._draw.rectangle((0, above, self.width * _SCALE, above + step * _SCALE), color)

    def rectangle(
        self, x: float, y: float, width: float, height: float, color: Rgb, radius: float = 0
    ) -> None:
        box = self._box(x, y, width, height)
        if radius:
            self._draw.rounded_rectangle(box, radius * _SCALE, color)
        else:
            self._draw.rectangle(box, color)

    def ellipse(self, x: float, y: float, rx: float, ry: float, color: Rgb) -> None:
        """Around the middle ``x, y``."""
        self._draw.ellipse(self._box(x - rx, y - ry, rx * 2, ry * 2), color)

    def circle(self, x: float, y: float, radius: float, color: Rgb) -> None:
        self.ellipse(x, y, radius, radius, color)

    def half_circle(self, x: float, y: float, radius: float, color: Rgb) -> None:
        """The upper half."""
        self._draw.pieslice(
            self._box(x - radius, y - radius, radius * 2, radius * 2), 180, 360, color
        )

    def ring(self, x: float, y: float, radius: float, color: Rgb, width: float) -> None:
        self._draw.ellipse(
            self._box(x - radius, y - radius, radius * 2, radius * 2),
            outline=color,
            width=round(width * _SCALE),
        )

    def polygon(self, points: Points, color: Rgb) -> None:
        self._draw.polygon(self._at(points), color)

    def path(self, path: str, color: Rgb, dx: float = 0, dy: float = 0, scale: float = 1) -> None:
        """A filled outline, written as SVG does, moved and scaled."""
        self.polygon([(x * scale + dx, y * scale + dy) for x, y in outline(path)], color)

    def line(self, points: Points, color: Rgb, width: float) -> None:
        self._draw.line(self._at(points), color, round(width * _SCALE), joint="curve")

    def stroke(
        self,
        path: str,
        color: Rgb,
        width: float,
        dx: float = 0,
        dy: float = 0,
        scale: float = 1,
    ) -> None:
        """The line of a path, round at both ends."""
        points = [(x * scale + dx, y * scale + dy) for x, y in outline(path)]
        self.line(points, color, width)
        for x, y in (points[0], points[-1]):
            self.circle(x, y, width / 2, color)

    def jpeg(self) -> bytes:
        file = io.BytesIO()
        self._image.reduce(_SCALE).save(file, "JPEG", quality=JPEG_QUALITY)
        return file.getvalue()

    def png(self) -> bytes:
        file = io.BytesIO()
        self._image.reduce(_SCALE).save(file, "PNG", compress_level=6)
        return file.getvalue()
