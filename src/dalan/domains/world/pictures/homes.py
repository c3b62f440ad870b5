"""Flats, houses and land: the front, the living room, the kitchen, the bedroom, the yard."""

from random import Random

from dalan.domains.world.pictures.canvas import WHITE, Canvas, darker, lighter, mix, rgb
from dalan.domains.world.pictures.goods import bed, sofa
from dalan.domains.world.pictures.scenery import (
    cloud,
    cypress,
    hills,
    mountains,
    picture_frame,
    plant,
    room,
    rug,
    skyline,
    sun,
    tree,
    window,
)

STONES = ("#e3d6c2", "#d7c3a5", "#cfd3d6", "#c9a98c", "#b5604c", "#e9e3d7", "#a9b0b4")
SKIES = (
    ("#7fbbe8", "#e6f3fb"),
    ("#f5b78e", "#fdf0da"),
    ("#6aa7dc", "#d9ecf7"),
    ("#8d9fd0", "#f7dccb"),
)


def flat(canvas: Canvas, random: Random, variant: int) -> None:
    (_front, _living_room, _kitchen, _bedroom)[variant % 4](canvas, random)


def villa(canvas: Canvas, random: Random, variant: int) -> None:
    if variant % 3 == 0:
        _villa(canvas, random)
    else:
        (_living_room, _bedroom)[variant % 2](canvas, random)


def _turn(canvas: Canvas, random: Random) -> None:
    """Half of all rooms and houses are the other way round."""
    if random.random() < 0.5:
        canvas.mirror()


def _front(canvas: Canvas, random: Random) -> None:
    top, bottom = random.choice(SKIES)
    canvas.gradient(rgb(top), rgb(bottom), 0, 775)
    sun(canvas, random.choice([140, 1070]), 150, rgb("#fff4cd"))
    for _ in range(3):
        cloud(
            canvas,
            random.randrange(0, 1050),
            random.randrange(70, 260),
            0.8,
            lighter(rgb(bottom), 0.6),
        )
    skyline(canvas, random, 774, mix(rgb(top), rgb("#8da4b8"), 0.45), 330)
    stone = rgb(random.choice(STONES))
    floors = random.randrange(4, 7)
    columns = random.choice([3, 4])
    width = 160 * columns + 60
    left = 600 - width / 2
    storey = min(118, 560 / floors)
    roof = 740 - storey * floors - 20
    canvas.rectangle(left + width, roof + 34, 46, 770 - roof - 34, darker(stone, 0.34))
    canvas.rectangle(left, roof, width, 770 - roof, stone)
    canvas.rectangle(left - 14, roof - 16, width + 28, 24, darker(stone, 0.22), 4)
    canvas.rectangle(left + width * 0.42, roof - 62, 110, 46, darker(stone, 0.12))
    accent = rgb(random.choice(["#7a5b45", "#4a5a63", "#8c6a4f", "#5d4a44"]))
    stripe = left + 30 + 160 * (columns // 2)
    canvas.rectangle(stripe - 16, roof, 150, 740 - roof, accent)
    lit = rgb("#ffdf9e")
    glass = rgb("#5f87a4")
    for floor in range(floors - 1):
        y = roof + 26 + floor * storey
        for column in range(columns):
            x = left + 42 + column * 160
            pane = lit if random.random() < 0.22 else mix(glass, WHITE, random.uniform(0, 0.25))
            canvas.rectangle(x - 5, y - 5, 120, storey * 0.62 + 10, lighter(stone, 0.55))
            canvas.rectangle(x, y, 110, storey * 0.62, pane)
            canvas.polygon(
                [(x, y + storey * 0.62), (x, y + storey * 0.3), (x + 52, y), (x + 84, y)],
                lighter(pane, 0.18),
            )
            canvas.rectangle(x + 52, y, 6, storey * 0.62, lighter(stone, 0.55))
            canvas.rectangle(x - 12, y + storey * 0.5, 134, 7, rgb("#3d4248"))
            for bar in range(10):
                canvas.rectangle(
                    x - 10 + bar * 14, y + storey * 0.5, 3, storey * 0.24, rgb("#3d4248")
                )
            canvas.rectangle(x - 14, y + storey * 0.74, 138, 8, darker(stone, 0.25))
            if random.random() < 0.5:
                for dot in range(4):
                    canvas.circle(x + 12 + dot * 28, y + storey * 0.69, 10, rgb("#5c9a6c"))
    ground = 740 - storey + 8
    canvas.rectangle(left, ground, width, 770 - ground, darker(stone, 0.38))
    canvas.rectangle(left + 30, ground + 22, 170, 770 - ground - 22, rgb("#8b9199"))
    for bar in range(5):
        canvas.rectangle(left + 30, ground + 34 + bar * 22, 170, 4, rgb("#747a83"))
    door = left + width - 170
    canvas.rectangle(door - 14, ground + 6, 128, 770 - ground - 6, lighter(stone, 0.3))
    canvas.rectangle(door, ground + 20, 100, 770 - ground - 20, accent)
    canvas.rectangle(door + 12, ground + 32, 34, 70, rgb("#cfe3ee"))
    canvas.rectangle(door + 54, ground + 32, 34, 70, rgb("#cfe3ee"))
    canvas.gradient(rgb("#b9bdc3"), rgb("#a7abb2"), 770, 46)
    canvas.gradient(rgb("#666c76"), rgb("#4f555f"), 816)
    canvas.rectangle(0, 812, 1200, 8, rgb("#858b95"))
    green = rgb("#63a273")
    for x in (left - 100, left + width + 130):
        tree(canvas, x, 780, 1.25, green)
    if random.random() < 0.5:
        tree(canvas, 60, 785, 0.95, darker(green, 0.1))


def _living_room(canvas: Canvas, random: Random) -> None:
    _turn(canvas, random)
    room(canvas, random)
    window(canvas, random, 120, 130, 300, 420)
    rug(canvas, random, 210, 690, 800, 170)
    picture_frame(canvas, random, 600, 170, 190, 150)
    picture_frame(canvas, random, 820, 140, 130, 180)
    sofa(canvas, random, 480, 700, 0.92)
    plant(canvas, 1110, 720, 0.95)
    canvas.rectangle(700, 0, 6, 70, rgb("#6b6258"))
    canvas.path("M -70 60 C -60 10 60 10 70 60 Z", rgb("#e2b45a"), 703, 56)
    canvas.ellipse(703, 116, 60, 10, rgb("#fff3cf"))
    canvas.rectangle(330, 760, 12, 70, rgb("#4d3b2f"))
    canvas.rectangle(520, 760, 12, 70, rgb("#4d3b2f"))
    canvas.ellipse(432, 756, 140, 26, rgb("#6d5341"))
    canvas.ellipse(432, 750, 140, 26, rgb("#8a6a52"))
    canvas.path("M -18 -34 L 18 -34 L 13 0 L -13 0 Z", rgb("#f5f2ea"), 400, 750)
    canvas.rectangle(446, 734, 70, 12, rgb("#4a7688"), 3)


def _kitchen(canvas: Canvas, random: Random) -> None:
    _turn(canvas, random)
    room(canvas, random, 700)
    front = rgb(random.choice(["#f4f4f0", "#c7d3d0", "#3f5963", "#d8c1a2", "#8fa6a0", "#efe6d8"]))
    top = rgb(random.choice(["#3c3f44", "#e8e4dc", "#8b6d52"]))
    tile = lighter(rgb(random.choice(["#cfdde2", "#e5ddd2", "#d8e4dc"])), 0.2)
    canvas.rectangle(0, 300, 1200, 200, tile)
    for x in range(0, 1200, 50):
        for row in range(4):
            canvas.rectangle(x + (row % 2) * 25, 300 + row * 50, 3, 50, darker(tile, 0.1))
    for row in range(5):
        canvas.rectangle(0, 298 + row * 50, 1200, 3, darker(tile, 0.1))
    for x in range(40, 760, 180):
        canvas.rectangle(x, 70, 172, 220, front, 6)
        canvas.rectangle(x + 12, 82, 148, 196, lighter(front, 0.16), 4)
        canvas.rectangle(x + 78, 256, 20, 8, rgb("#b9975b"), 4)
    canvas.rectangle(0, 490, 930, 26, top, 4)
    for x in range(30, 900, 180):
        canvas.rectangle(x, 520, 172, 180, front, 4)
        canvas.rectangle(x + 12, 534, 148, 46, lighter(front, 0.16), 4)
        canvas.rectangle(x + 12, 592, 148, 98, lighter(front, 0.16), 4)
        canvas.rectangle(x + 66, 552, 40, 8, rgb("#b9975b"), 4)
    canvas.path(
        "M -100 0 L 100 0 L 60 -70 L 60 -150 L -60 -150 L -60 -70 Z", rgb("#aab1b9"), 660, 300
    )
    canvas.rectangle(566, 478, 190, 12, rgb("#23262b"), 4)
    canvas.rectangle(600, 420, 110, 56, rgb("#c24b43"), 10)
    canvas.rectangle(590, 414, 130, 10, rgb("#8f3731"), 5)
    canvas.circle(655, 408, 9, rgb("#8f3731"))
    steel = rgb(random.choice(["#c5cbd2", "#e9ebee", "#5f666f"]))
    canvas.rectangle(940, 170, 230, 540, darker(steel, 0.2), 14)
    canvas.rectangle(940, 170, 216, 540, steel, 14)
    canvas.rectangle(940, 372, 216, 6, darker(steel, 0.35))
    canvas.rectangle(958, 290, 12, 66, darker(steel, 0.45), 6)
    canvas.rectangle(958, 396, 12, 110, darker(steel, 0.45), 6)
    canvas.stroke("M 0 0 L 0 -70 C 0 -120 70 -120 70 -80", rgb("#8d959f"), 12, 240, 488)
    plant(canvas, 120, 490, 0.42)
    for x in (360, 420, 480):
        canvas.rectangle(x, 440, 40, 48, rgb(random.choice(["#d9a05b", "#b7694a", "#7b8f6a"])), 8)
        canvas.rectangle(x + 2, 430, 36, 12, rgb("#6d543f"), 5)
    for x in (280, 560, 830):
        canvas.rectangle(x, 0, 5, 44, rgb("#5b534b"))
        canvas.path("M -36 40 C -30 0 30 0 36 40 Z", rgb("#d8a94f"), x + 2, 30)


def _bedroom(canvas: Canvas, random: Random) -> None:
    _turn(canvas, random)
    room(canvas, random)
    window(canvas, random, 800, 130, 240, 360)
    picture_frame(canvas, random, 250, 120, 320, 130)
    rug(canvas, random, 80, 730, 880, 150)
    bed(canvas, random, 150, 720, 1.0)
    canvas.rectangle(730, 570, 130, 130, rgb("#8a6a50"), 6)
    canvas.rectangle(742, 586, 106, 44, rgb("#a17e61"), 4)
    canvas.rectangle(742, 642, 106, 44, rgb("#a17e61"), 4)
    canvas.rectangle(786, 510, 12, 60, rgb("#cfb88f"))
    canvas.path("M -44 40 L -26 -30 L 26 -30 L 44 40 Z", rgb("#ffe3a6"), 792, 482)
    plant(canvas, 1100, 720, 0.85)


def _villa(canvas: Canvas, random: Random) -> None:
    _turn(canvas, random)
    top, bottom = random.choice(SKIES)
    canvas.gradient(rgb(top), rgb(bottom), 0, 620)
    sun(canvas, 180, 150, rgb("#fff4cd"))
    cloud(canvas, 820, 130, 1.0, lighter(rgb(bottom), 0.5))
    mountains(canvas, random, 560, rgb("#7f9bb2"), snow=True)
    hills(canvas, random, 500, rgb("#84ad78"))
    wall = rgb(random.choice(["#f2ece0", "#e9ddca", "#efefee"]))
    roof = rgb(random.choice(["#b4523d", "#5a4d4a", "#8a4a38"]))
    canvas.rectangle(300, 420, 560, 280, wall)
    canvas.rectangle(760, 340, 260, 360, darker(wall, 0.08))
    canvas.polygon([(270, 430), (400, 300), (770, 300), (880, 430)], roof)
    canvas.polygon([(735, 350), (890, 230), (1050, 350)], darker(roof, 0.12))
    for x, y in ((350, 480), (500, 480), (820, 400), (920, 400)):
        canvas.rectangle(x - 8, y - 8, 96, 106, WHITE)
        canvas.rectangle(x, y, 80, 90, rgb("#7fb0cc"))
        canvas.polygon([(x, y + 90), (x, y + 40), (x + 46, y)], rgb("#a9cde0"))
        canvas.rectangle(x + 37, y, 6, 90, WHITE)
    canvas.rectangle(650, 520, 100, 180, rgb("#7b5a43"), 6)
    canvas.rectangle(662, 534, 76, 70, rgb("#cfe3ee"), 4)
    canvas.rectangle(830, 560, 150, 140, rgb("#6d7680"))
    for bar in range(5):
        canvas.rectangle(830, 574 + bar * 26, 150, 4, rgb("#59616a"))
    canvas.gradient(rgb("#86b56f"), rgb("#6c9d5a"), 690)
    canvas.path(
        "M 640 700 L 760 700 C 780 780 700 820 620 900 L 340 900 C 520 820 650 780 640 700 Z",
        rgb("#dfd5c0"),
    )
    canvas.ellipse(960, 800, 190, 56, rgb("#e9e4d8"))
    canvas.ellipse(960, 798, 172, 46, rgb("#58b6cf"))
    canvas.ellipse(940, 792, 90, 16, rgb("#86d0e0"))
    for x, scale in ((120, 1.1), (230, 0.9), (1120, 1.1)):
        cypress(canvas, x, 720, scale, rgb("#4c7f58"))
    for x in range(330, 640, 44):
        canvas.circle(x, 696, 24, rgb("#5d9160"))
        canvas.circle(x + 6, 690, 6, rgb("#e77f8c"))


def land(canvas: Canvas, random: Random, variant: int) -> None:
    """An open plot with a fence before the mountains."""
    top, bottom = SKIES[(variant + random.randrange(4)) % 4]
    canvas.gradient(rgb(top), rgb(bottom), 0, 560)
    sun(canvas, random.choice([200, 960]), 150, rgb("#fff4cd"))
    mountains(canvas, random, 520, rgb("#8798ae"), snow=True)
    hills(canvas, random, 470, rgb("#b3a873"))
    soil = rgb(random.choice(["#c9a878", "#9fb06c", "#bb9768"]))
    canvas.gradient(soil, darker(soil, 0.18), 600)
    canvas.polygon([(330, 640), (900, 640), (1080, 840), (140, 840)], lighter(soil, 0.22))
    for (x0, y0), (x1, y1) in (
        ((330, 640), (900, 640)),
        ((900, 640), (1080, 840)),
        ((330, 640), (140, 840)),
    ):
        for post in range(7):
            x, y = x0 + (x1 - x0) * post / 6, y0 + (y1 - y0) * post / 6
            tall = 40 + (y - 640) * 0.16
            canvas.rectangle(x - 5, y - tall, 10, tall, rgb("#7a5b42"))
        canvas.line([(x0, y0 - 28), (x1, y1 - 28 - (y1 - 640) * 0.14)], rgb("#8f6d50"), 6)
    for x, scale in ((90, 1.0), (1110, 1.2), (1010, 0.8)):
        tree(canvas, x, 650, scale, rgb("#6c9a5f"))
    canvas.rectangle(556, 690, 12, 90, rgb("#6d533e"))
    canvas.rectangle(490, 660, 144, 66, rgb("#f3e7cf"), 6)
    canvas.rectangle(510, 680, 104, 8, rgb("#b4523d"), 4)
    canvas.rectangle(528, 700, 68, 8, rgb("#b4523d"), 4)
