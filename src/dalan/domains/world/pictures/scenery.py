"""What stands behind things: sky, sun, mountains, a city, trees, a wall and a floor."""

from random import Random

from dalan.domains.world.pictures.canvas import Canvas, Rgb, darker, lighter, mix, rgb

WALLS = ("#f2e9dc", "#e6ecec", "#efe4e2", "#e7eadf", "#ece8f1", "#dfe9ef", "#f5ecd7")
FLOORS = ("#c8a27a", "#b98f68", "#d3b595", "#a98a6d", "#c9bba9")


def sun(canvas: Canvas, x: float, y: float, color: Rgb) -> None:
    canvas.circle(x, y, 64, color)


def cloud(canvas: Canvas, x: float, y: float, scale: float, color: Rgb) -> None:
    for dx, dy, radius in ((0, 0, 40), (46, -18, 52), (102, -6, 44), (146, 6, 32)):
        canvas.circle(x + dx * scale, y + dy * scale, radius * scale, color)
    canvas.rectangle(x, y + 2 * scale, 146 * scale, 38 * scale, color, 18 * scale)


def mountains(canvas: Canvas, random: Random, base: float, color: Rgb, *, snow: bool) -> None:
    """Two ranges, the far one paler; the near one may carry snow."""
    for distance, height in ((0.45, 330), (0.0, 250)):
        tone = lighter(color, distance)
        x = -200.0
        while x < 1250:
            width = random.randrange(300, 520)
            top = base - height + random.randrange(-40, 70)
            peak = x + width / 2
            canvas.polygon([(x, base), (peak, top), (x + width, base)], tone)
            canvas.polygon(
                [(peak, top), (x + width, base), (peak + width * 0.1, base)], darker(tone, 0.1)
            )
            if snow:
                drop = (base - top) * 0.24
                lean = width / 2 * 0.24
                canvas.polygon(
                    [
                        (peak, top),
                        (peak + lean, top + drop),
                        (peak + lean * 0.35, top + drop * 0.72),
                        (peak, top + drop * 1.15),
                        (peak - lean * 0.4, top + drop * 0.75),
                        (peak - lean, top + drop),
                    ],
                    lighter(tone, 0.78),
                )
            x += width * random.uniform(0.45, 0.7)


def hills(canvas: Canvas, random: Random, top: float, color: Rgb) -> None:
    x = -150.0
    while x < 1250:
        width = random.randrange(380, 640)
        canvas.ellipse(x + width / 2, top + 150, width * 0.62, 150, color)
        x += width * 0.6
    canvas.rectangle(0, top + 120, canvas.width, canvas.height - top - 120, color)


def skyline(canvas: Canvas, random: Random, base: float, color: Rgb, height: int) -> None:
    x = -20.0
    while x < 1200:
        width = random.randrange(70, 150)
        tall = random.randrange(height // 3, height)
        canvas.rectangle(x, base - tall, width, tall, color)
        for row in range(int(base - tall) + 18, int(base) - 24, 30):
            for column in range(int(x) + 14, int(x + width) - 16, 26):
                canvas.rectangle(column, row, 11, 14, lighter(color, 0.28))
        x += width + random.choice([0, 6, 16])


def tree(canvas: Canvas, x: float, base: float, scale: float, color: Rgb) -> None:
    canvas.rectangle(x - 7 * scale, base - 90 * scale, 14 * scale, 90 * scale, rgb("#7d5f46"))
    canvas.circle(x - 30 * scale, base - 110 * scale, 44 * scale, darker(color, 0.1))
    canvas.circle(x + 30 * scale, base - 114 * scale, 46 * scale, darker(color, 0.05))
    canvas.circle(x, base - 150 * scale, 54 * scale, color)
    canvas.circle(x - 14 * scale, base - 162 * scale, 24 * scale, lighter(color, 0.14))


def cypress(canvas: Canvas, x: float, base: float, scale: float, color: Rgb) -> None:
    canvas.rectangle(x - 5 * scale, base - 40 * scale, 10 * scale, 40 * scale, rgb("#6f553f"))
    shape = "M 0 -240 C 44 -160 46 -60 0 -26 C -46 -60 -44 -160 0 -240 Z"
    canvas.path(shape, color, x, base, scale)
    canvas.path("M 0 -240 C 44 -160 46 -60 0 -26 Z", darker(color, 0.12), x, base, scale)


def room(canvas: Canvas, random: Random, floor_y: float = 640) -> tuple[Rgb, Rgb]:
    """A wall with a skirting board and a wooden floor; tells the two colours."""
    wall = rgb(random.choice(WALLS))
    floor = rgb(random.choice(FLOORS))
    canvas.gradient(lighter(wall, 0.3), wall, 0, floor_y)
    canvas.gradient(floor, darker(floor, 0.16), floor_y)
    for row, y in enumerate(range(int(floor_y) + 44, 900, 64)):
        canvas.line([(0, y), (1200, y)], darker(floor, 0.12), 2)
        for x in range((row % 2) * 160 - 40, 1200, 320):
            canvas.line([(x, y), (x - 18, min(900, y + 64))], darker(floor, 0.12), 2)
    canvas.rectangle(0, floor_y - 20, 1200, 20, lighter(wall, 0.65))
    canvas.rectangle(0, floor_y - 3, 1200, 3, darker(wall, 0.14))
    return wall, floor


def window(canvas: Canvas, random: Random, x: float, y: float, width: float, height: float) -> None:
    """A tall window on the city, its light falling in, between curtains."""
    cloth = rgb(random.choice(["#d9a47f", "#8fb0a8", "#c7b3d0", "#b8c4d6", "#d8c39a"]))
    canvas.rectangle(x - 14, y - 14, width + 28, height + 28, rgb("#fbfaf7"), 8)
    sky = mix(rgb("#9fd0ee"), rgb("#f7d9b6"), random.random() * 0.6)
    canvas.rectangle(x, y, width, height, sky)
    canvas.rectangle(x, y + height * 0.55, width, height * 0.45, lighter(sky, 0.4))
    canvas.circle(x + width * 0.72, y + height * 0.28, 34, rgb("#fff4cf"))
    at = x
    while at < x + width - 10:
        wide = min(random.randrange(30, 64), x + width - at)
        tall = random.randrange(int(height * 0.12), int(height * 0.4))
        canvas.rectangle(at, y + height - tall, wide, tall, darker(sky, random.uniform(0.12, 0.26)))
        at += wide
    canvas.rectangle(x + width / 2 - 6, y, 12, height, rgb("#fbfaf7"))
    canvas.rectangle(x, y + height * 0.42, width, 10, rgb("#fbfaf7"))
    canvas.rectangle(x - 90, y - 44, width + 180, 14, rgb("#8a6f58"), 7)
    for side in (x - 78, x + width - 22):
        for fold in range(4):
            tone = darker(cloth, 0.1 if fold % 2 else 0)
            canvas.rectangle(side + fold * 25, y - 32, 26, height + 96, tone, 8)


def plant(canvas: Canvas, x: float, base: float, scale: float = 1) -> None:
    leaf = rgb("#4f8f6b")
    for dx, dy, tone in (
        (-70, -190, 0.1),
        (70, -180, 0.0),
        (-38, -250, 0.0),
        (40, -246, 0.14),
        (0, -280, 0.06),
    ):
        tip_x, tip_y = x + dx * scale, base + dy * scale
        foot = base - 90 * scale
        wide = 26 * scale
        canvas.polygon(
            [
                (x, foot),
                ((x + tip_x) / 2 - wide, (foot + tip_y) / 2),
                (tip_x, tip_y),
                ((x + tip_x) / 2 + wide, (foot + tip_y) / 2 + 8 * scale),
            ],
            darker(leaf, tone),
        )
    pot = rgb("#c9805b")
    canvas.path("M -56 -100 L 56 -100 L 42 0 L -42 0 Z", pot, x, base, scale)
    canvas.path("M 20 -100 L 56 -100 L 42 0 L 24 0 Z", darker(pot, 0.14), x, base, scale)
    canvas.rectangle(
        x - 62 * scale, base - 112 * scale, 124 * scale, 22 * scale, lighter(pot, 0.12), 5
    )


def picture_frame(
    canvas: Canvas, random: Random, x: float, y: float, width: float, height: float
) -> None:
    ground = rgb(random.choice(["#f4ead8", "#dfe8e4", "#f0dcd2", "#dde3ee"]))
    accent = rgb(random.choice(["#d1793f", "#3f7f8c", "#8c5a7d", "#4f7d54", "#c8a13a"]))
    canvas.rectangle(x, y, width, height, rgb("#4b3c32"), 4)
    canvas.rectangle(x + 10, y + 10, width - 20, height - 20, ground)
    canvas.circle(x + width * 0.62, y + height * 0.36, min(width, height) * 0.14, accent)
    canvas.polygon(
        [
            (x + 10, y + height - 10),
            (x + width * 0.4, y + height * 0.48),
            (x + width * 0.62, y + height * 0.72),
            (x + width * 0.78, y + height * 0.56),
            (x + width - 10, y + height - 10),
        ],
        mix(accent, ground, 0.4),
    )


def rug(canvas: Canvas, random: Random, x: float, y: float, width: float, depth: float) -> None:
    """A Persian rug, lying away from us."""
    ground = rgb(random.choice(["#9e3b3b", "#34537a", "#7c4a2d", "#356a5c"]))
    lean = depth * 0.7
    border = rgb("#e6cf9f")

    def lying(inset: float) -> list[tuple[float, float]]:
        dy = inset * 0.45
        return [
            (x + lean + inset * 0.9, y + dy),
            (x + width - lean - inset * 0.9, y + dy),
            (x + width - inset * 1.15, y + depth - dy),
            (x + inset * 1.15, y + depth - dy),
        ]

    canvas.polygon(lying(0), ground)
    canvas.polygon(lying(26), border)
    canvas.polygon(lying(40), darker(ground, 0.12))
    canvas.ellipse(x + width / 2, y + depth / 2, width * 0.2, depth * 0.26, border)
    canvas.ellipse(x + width / 2, y + depth / 2, width * 0.15, depth * 0.18, ground)
    canvas.ellipse(x + width / 2, y + depth / 2, width * 0.05, depth * 0.07, border)
