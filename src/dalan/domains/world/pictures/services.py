"""Work people offer: repairs, painting, cleaning, teaching, moving; and a job on offer."""

from random import Random

from dalan.domains.world.pictures.canvas import WHITE, Canvas, Rgb, darker, lighter, rgb
from dalan.domains.world.pictures.scenery import plant, room, skyline, sun

GROUNDS = ("#f2b35e", "#6fb7b0", "#8aa6dd", "#e59a86", "#a5c07a", "#c39bd3", "#7db6dc")


def service(canvas: Canvas, random: Random, variant: int, trade: str) -> None:
    scenes = {
        "repair": _tools,
        "painting": _painting,
        "cleaning": _cleaning,
        "teaching": _teaching,
        "moving": _moving,
        "job": _office,
    }
    scenes[trade](canvas, random, variant)


def _ground(canvas: Canvas, random: Random) -> Rgb:
    """A plain coloured ground with a pale disc; tells the disc's colour."""
    tint = rgb(random.choice(GROUNDS))
    canvas.gradient(lighter(tint, 0.55), lighter(tint, 0.2))
    canvas.circle(600, 430, 360, lighter(tint, 0.5))
    canvas.circle(600, 430, 290, lighter(tint, 0.68))
    for _ in range(14):
        x, y = random.randrange(40, 1160), random.randrange(40, 860)
        canvas.circle(x, y, random.randrange(4, 11), lighter(tint, random.uniform(0.5, 0.85)))
    return lighter(tint, 0.68)


def _tools(canvas: Canvas, random: Random, _: int) -> None:
    disc = _ground(canvas, random)
    box = rgb(random.choice(["#d0473f", "#2f6fa8", "#e0902f", "#3d8a5f"]))
    steel = rgb("#aeb6c0")
    canvas.ellipse(600, 776, 400, 26, rgb("#8b8577"))
    # Standing in the box: a wrench, a hammer, a screwdriver and a roll of tape.
    canvas.rectangle(388, 240, 44, 300, steel, 10)
    canvas.circle(410, 222, 66, steel)
    canvas.polygon([(386, 140), (434, 140), (430, 222), (390, 222)], disc)
    canvas.rectangle(574, 230, 34, 300, rgb("#a8743f"), 12)
    canvas.rectangle(510, 168, 140, 66, rgb("#5d646e"), 10)
    canvas.path("M 0 0 L -66 12 C -84 30 -84 44 -78 58 L 0 50 Z", rgb("#5d646e"), 512, 172)
    canvas.rectangle(636, 180, 32, 44, rgb("#474d56"), 6)
    canvas.rectangle(742, 350, 16, 180, steel)
    canvas.rectangle(726, 210, 48, 160, rgb("#e8b23f"), 20)
    canvas.rectangle(736, 224, 8, 130, rgb("#f3cf7d"), 4)
    canvas.rectangle(838, 320, 40, 200, rgb("#3f4650"), 8)
    canvas.rectangle(822, 300, 72, 40, rgb("#3f4650"), 10)
    canvas.ring(600, 500, 150, darker(box, 0.35), 26)
    canvas.rectangle(260, 500, 680, 270, box, 20)
    canvas.rectangle(260, 500, 680, 64, darker(box, 0.18), 20)
    canvas.rectangle(260, 690, 680, 80, darker(box, 0.1), 20)
    for x in (380, 760):
        canvas.rectangle(x, 536, 62, 76, steel, 8)
        canvas.rectangle(x + 14, 552, 34, 30, darker(steel, 0.3), 5)
    canvas.rectangle(520, 630, 160, 46, lighter(box, 0.55), 10)
    canvas.rectangle(544, 648, 112, 10, darker(box, 0.2), 5)


def _painting(canvas: Canvas, random: Random, _: int) -> None:
    room(canvas, random, 700)
    paint = rgb(random.choice(["#5f9ea0", "#d88c6a", "#7c9bd1", "#c9a24f", "#88a86f"]))
    canvas.path(
        "M 140 80 L 820 80 C 860 110 800 170 840 220 C 870 280 800 330 832 400"
        " C 850 470 790 520 820 600 L 140 600 C 110 520 170 470 140 400"
        " C 110 320 170 260 140 200 Z",
        paint,
    )
    for x in range(190, 780, 118):
        canvas.rectangle(x, 80, 10, 520, lighter(paint, 0.09))
    canvas.rectangle(760, 250, 210, 76, lighter(paint, 0.18), 30)
    canvas.rectangle(956, 268, 34, 40, rgb("#8d949f"), 6)
    canvas.stroke("M 972 288 C 1030 290 1030 350 980 364 L 900 390 L 900 460", rgb("#8d949f"), 13)
    canvas.rectangle(874, 450, 52, 180, rgb("#c24b43"), 22)
    canvas.ellipse(330, 824, 190, 18, rgb("#6e6256"))
    canvas.path("M -130 -190 L 130 -190 L 112 0 L -112 0 Z", rgb("#c5ccd4"), 320, 820)
    canvas.path("M 60 -190 L 130 -190 L 112 0 L 56 0 Z", rgb("#aab2bc"), 320, 820)
    canvas.ellipse(320, 630, 132, 34, rgb("#9aa2ac"))
    canvas.ellipse(320, 632, 118, 26, paint)
    canvas.path("M -40 0 L 30 0 C 34 70 20 120 8 110 C 0 60 -20 70 -40 0 Z", paint, 290, 650)
    canvas.ellipse(700, 840, 120, 16, lighter(paint, 0.1))
    for x in (560, 620, 690):
        canvas.rectangle(x, 742 - (x % 3) * 8, 52, 90, lighter(rgb("#efe7d8"), 0.2), 6)
        canvas.rectangle(x, 742 - (x % 3) * 8, 52, 52, darker(paint, (x - 560) / 400), 6)


def _cleaning(canvas: Canvas, random: Random, _: int) -> None:
    _ground(canvas, random)
    bucket = rgb(random.choice(["#2f8fc4", "#e05f6b", "#3ba28a", "#8768c9"]))
    canvas.ellipse(600, 786, 380, 26, rgb("#8b8577"))
    canvas.line([(900, 140), (760, 640)], rgb("#c08d56"), 20)
    canvas.path("M -90 0 L 90 0 L 130 130 L -130 130 Z", rgb("#e9c46a"), 750, 640)
    for x in range(640, 870, 34):
        canvas.line([(x, 670), (x - 8, 766)], rgb("#c9a044"), 5)
    canvas.ring(440, 520, 170, rgb("#8d949f"), 12)
    for dx, dy, radius in (
        (-90, -36, 54),
        (0, -60, 70),
        (92, -34, 56),
        (40, -104, 42),
        (-40, -96, 36),
    ):
        canvas.circle(440 + dx, 500 + dy, radius, rgb("#f4fbff"))
        canvas.circle(428 + dx, 488 + dy, radius * 0.3, WHITE)
    canvas.path("M -190 0 L 190 0 L 150 280 L -150 280 Z", bucket, 440, 500)
    canvas.path("M 80 0 L 190 0 L 150 280 L 70 280 Z", darker(bucket, 0.14), 440, 500)
    canvas.rectangle(240, 486, 400, 36, lighter(bucket, 0.2), 16)
    canvas.rectangle(600, 470, 120, 310, rgb("#f2f5f7"), 26)
    canvas.rectangle(600, 560, 120, 130, lighter(bucket, 0.35))
    canvas.rectangle(638, 410, 44, 70, rgb("#dfe5ea"), 6)
    canvas.path("M -60 0 L 50 0 L 50 44 L 10 44 L 0 30 L -60 24 Z", darker(bucket, 0.1), 662, 372)
    for x, y, radius in (
        (300, 220, 34),
        (380, 150, 22),
        (250, 330, 18),
        (960, 380, 26),
        (1010, 300, 16),
    ):
        canvas.ring(x, y, radius, WHITE, 6)


def _teaching(canvas: Canvas, random: Random, variant: int) -> None:
    room(canvas, random, 700)
    canvas.rectangle(170, 90, 860, 430, rgb("#8a6a50"), 10)
    board = rgb(random.choice(["#2f5d50", "#35434f", "#27495e"]))
    canvas.rectangle(190, 110, 820, 390, board, 4)
    chalk = rgb("#e9efe9")
    canvas.line([(260, 430), (260, 170)], chalk, 5)
    canvas.line([(230, 400), (560, 400)], chalk, 5)
    canvas.stroke("M 264 396 C 340 380 380 200 540 180", rgb("#f2d16b"), 6)
    canvas.ring(720, 260, 84, chalk, 5)
    canvas.line([(720, 260), (790, 212)], rgb("#f0908a"), 5)
    canvas.polygon([(850, 420), (960, 420), (905, 300)], chalk)
    canvas.polygon([(864, 412), (946, 412), (905, 322)], board)
    for row in range(3):
        canvas.rectangle(620, 400 + row * 26, 150 - row * 34, 8, chalk, 4)
    canvas.rectangle(120, 640, 960, 40, rgb("#a67c52"), 8)
    canvas.rectangle(120, 676, 960, 12, rgb("#805c3c"))
    canvas.rectangle(170, 688, 36, 212, rgb("#8f6845"))
    canvas.rectangle(994, 688, 36, 212, rgb("#8f6845"))
    for row, tone in enumerate(("#c9564a", "#3f7f8c", "#d9a441", "#6a5f9c")):
        canvas.rectangle(240 + (row % 2) * 16, 600 - row * 40, 230, 40, rgb(tone), 6)
        canvas.rectangle(252 + (row % 2) * 16, 608 - row * 40, 206, 6, lighter(rgb(tone), 0.4), 3)
    canvas.circle(760, 596, 46, rgb("#d9433f"))
    canvas.ellipse(776, 550, 20, 9, rgb("#5f9a55"))
    canvas.polygon([(860, 640), (990, 640), (980, 540), (870, 540)], rgb("#5d7fa8"))
    for x, tall in ((884, 90), (912, 120), (938, 80), (962, 104)):
        canvas.rectangle(
            x, 548 - tall, 12, tall + 20, rgb(random.choice(["#e8b94a", "#e2665c", "#62b865"])), 3
        )
    canvas.polygon([(860, 640), (990, 640), (982, 560), (868, 560)], rgb("#5d7fa8"))
    plant(canvas, 1120, 720, 0.8 + 0.05 * (variant % 3))


def _moving(canvas: Canvas, random: Random, _: int) -> None:
    canvas.gradient(rgb("#8cc4ea"), rgb("#e9f4fb"), 0, 620)
    sun(canvas, 180, 150, rgb("#fff3c9"))
    skyline(canvas, random, 610, rgb("#a9c8dd"), 260)
    canvas.gradient(rgb("#666c76"), rgb("#4c525c"), 640)
    canvas.rectangle(0, 606, 1200, 40, rgb("#c9ccd2"))
    box = rgb(random.choice(["#f1ead9", "#dfe7ee", "#e9c98f"]))
    cab = rgb(random.choice(["#2f7fb8", "#d9534f", "#3f9a74", "#e39a3b"]))
    canvas.ellipse(600, 742, 500, 22, rgb("#3d434c"))
    canvas.rectangle(420, 250, 650, 430, box, 14)
    canvas.rectangle(420, 250, 650, 40, darker(box, 0.12), 14)
    for x in range(520, 1060, 110):
        canvas.rectangle(x, 300, 5, 370, darker(box, 0.12))
    canvas.path(
        "M 420 380 L 290 380 C 250 384 210 470 196 520"
        " C 150 530 130 560 128 610 L 128 680 L 420 680 Z",
        cab,
    )
    canvas.path("M 396 410 L 304 410 C 280 414 250 480 240 520 L 396 520 Z", rgb("#2f4558"))
    canvas.polygon([(300, 520), (344, 410), (372, 410), (328, 520)], rgb("#55728a"))
    canvas.rectangle(120, 660, 960, 30, rgb("#2b2f36"), 8)
    canvas.rectangle(130, 590, 44, 34, rgb("#ffe9b3"), 8)
    for x in (270, 830, 960):
        canvas.half_circle(x, 690, 84, rgb("#1d1f24"))
        canvas.circle(x, 690, 68, rgb("#1d1f24"))
        canvas.circle(x, 690, 36, rgb("#c9ced6"))
        canvas.circle(x, 690, 14, rgb("#6d7480"))
    for x, y, size in ((60, 800, 120), (190, 826, 94), (1010, 806, 130)):
        canvas.rectangle(x, y - size * 0.5, size, size * 0.8, rgb("#c89a66"), 4)
        canvas.rectangle(x + size * 0.42, y - size * 0.5, size * 0.16, size * 0.8, rgb("#e4c79a"))


def _office(canvas: Canvas, random: Random, _: int) -> None:
    _ground(canvas, random)
    leather = rgb(random.choice(["#7b4f35", "#3d4654", "#5c6b4e"]))
    canvas.ellipse(600, 766, 380, 26, rgb("#8b8577"))
    canvas.rectangle(470, 240, 260, 130, darker(leather, 0.4), 40)
    canvas.rectangle(506, 276, 188, 100, lighter(leather, 0.75), 20)
    canvas.rectangle(250, 320, 700, 440, leather, 40)
    canvas.path("M 250 360 L 950 360 L 950 520 C 800 600 400 600 250 520 Z", darker(leather, 0.16))
    canvas.rectangle(556, 530, 88, 84, rgb("#e0b454"), 14)
    canvas.rectangle(580, 556, 40, 32, rgb("#a87f2c"), 8)
    for x in (330, 830):
        canvas.rectangle(x, 320, 40, 440, darker(leather, 0.24))
        canvas.rectangle(x - 2, 470, 44, 40, rgb("#e0b454"), 8)
