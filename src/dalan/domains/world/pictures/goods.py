"""Things people sell: furniture, telephones, computers, household machines, a parcel."""

from random import Random

from dalan.domains.world.pictures.canvas import WHITE, Canvas, Rgb, darker, lighter, mix, rgb
from dalan.domains.world.pictures.scenery import picture_frame, plant, room, rug

CLOTHS = ("#5b7f86", "#a8604c", "#7d8f69", "#c29b5f", "#6a6f94", "#9b7a8d", "#8a8f96", "#3f6f68")
WOODS = ("#8a6244", "#a67c52", "#6b4a36", "#b88f63")
WALLPAPERS = (
    ("#5b5bd6", "#e58fb1"),
    ("#12806f", "#b9e0a5"),
    ("#f2994a", "#8e3b74"),
    ("#1f6fb2", "#9ad9e8"),
    ("#c2427a", "#fbc36b"),
    ("#2b2d5b", "#6f7ce0"),
)


def sofa(canvas: Canvas, random: Random, x: float, base: float, scale: float) -> None:
    cloth = rgb(random.choice(CLOTHS))
    accent = rgb(random.choice(["#e3b55b", "#d98068", "#e8e0d0", "#6fa39b"]))
    s = scale
    canvas.ellipse(x + 300 * s, base + 4, 320 * s, 16 * s, rgb("#5d4d40"))
    for leg in (50, 530):
        canvas.rectangle(x + leg * s, base - 34 * s, 18 * s, 36 * s, rgb("#4d3a2d"))
    canvas.rectangle(x + 30 * s, base - 262 * s, 540 * s, 200 * s, darker(cloth, 0.1), 34 * s)
    for seat in range(2):
        left = x + (62 + seat * 240) * s
        canvas.rectangle(left, base - 240 * s, 232 * s, 130 * s, cloth, 24 * s)
        canvas.rectangle(left, base - 136 * s, 234 * s, 58 * s, lighter(cloth, 0.12), 18 * s)
    canvas.rectangle(x + 40 * s, base - 88 * s, 520 * s, 62 * s, darker(cloth, 0.16), 16 * s)
    for arm in (0, 530):
        canvas.rectangle(x + arm * s, base - 178 * s, 72 * s, 156 * s, lighter(cloth, 0.05), 30 * s)
    for left, tone in ((100, accent), (430, lighter(accent, 0.3))):
        canvas.polygon(
            [
                (x + left * s, base - 226 * s),
                (x + (left + 86) * s, base - 214 * s),
                (x + (left + 74) * s, base - 128 * s),
                (x + (left - 12) * s, base - 142 * s),
            ],
            tone,
        )


def bed(canvas: Canvas, random: Random, x: float, base: float, scale: float) -> None:
    wood = rgb(random.choice(WOODS))
    cloth = rgb(random.choice(CLOTHS))
    s = scale
    canvas.ellipse(x + 270 * s, base + 6, 300 * s, 14 * s, rgb("#5d4d40"))
    canvas.rectangle(x, base - 330 * s, 540 * s, 330 * s, wood, 26 * s)
    canvas.rectangle(x + 22 * s, base - 308 * s, 496 * s, 150 * s, lighter(wood, 0.14), 18 * s)
    canvas.rectangle(x + 8 * s, base - 190 * s, 524 * s, 130 * s, rgb("#f4f1ea"), 26 * s)
    for left in (46, 284):
        canvas.rectangle(x + left * s, base - 234 * s, 208 * s, 86 * s, WHITE, 34 * s)
        canvas.rectangle(x + left * s, base - 176 * s, 208 * s, 28 * s, rgb("#e7e3da"), 14 * s)
    canvas.rectangle(x - 6 * s, base - 132 * s, 552 * s, 110 * s, cloth, 22 * s)
    canvas.rectangle(x - 6 * s, base - 132 * s, 552 * s, 34 * s, lighter(cloth, 0.28), 16 * s)
    for fold in (120, 260, 400):
        canvas.line(
            [(x + fold * s, base - 96 * s), (x + (fold - 20) * s, base - 28 * s)],
            darker(cloth, 0.14),
            4,
        )
    canvas.rectangle(x, base - 30 * s, 540 * s, 30 * s, darker(wood, 0.1), 8 * s)


def furniture(canvas: Canvas, random: Random, variant: int, piece: str) -> None:
    _, floor = room(canvas, random)
    if piece == "sofa":
        rug(canvas, random, 160, 690, 880, 170)
        picture_frame(canvas, random, 300 + 80 * (variant % 3), 110, 300, 190)
        sofa(canvas, random, 200 + 30 * (variant % 3), 740, 1.25)
        plant(canvas, 1095, 730, 1.05)
    elif piece == "bed":
        picture_frame(canvas, random, 380, 80, 420, 170)
        rug(canvas, random, 60, 740, 1080, 140)
        bed(canvas, random, 240, 770, 1.32)
        plant(canvas, 1080, 720, 0.9)
    else:
        _dining_table(canvas, random, floor)


def _dining_table(canvas: Canvas, random: Random, floor: Rgb) -> None:
    wood = rgb(random.choice(WOODS))
    cloth = rgb(random.choice(CLOTHS))
    picture_frame(canvas, random, 800, 120, 220, 160)
    canvas.ellipse(600, 800, 430, 34, darker(floor, 0.3))
    for x in (250, 800):
        canvas.rectangle(x, 380, 150, 210, cloth, 22)
        canvas.rectangle(x + 14, 396, 122, 120, lighter(cloth, 0.14), 16)
        canvas.rectangle(x + 8, 560, 14, 200, darker(wood, 0.25))
        canvas.rectangle(x + 128, 560, 14, 200, darker(wood, 0.25))
    for x in (260, 890):
        canvas.rectangle(x, 590, 34, 214, darker(wood, 0.12), 6)
    canvas.rectangle(190, 556, 820, 42, wood, 16)
    canvas.rectangle(190, 556, 820, 16, lighter(wood, 0.16), 8)
    canvas.path("M -70 0 C -66 50 66 50 70 0 Z", rgb("#e9e4da"), 600, 510)
    for dx, tone in ((-40, "#d9534f"), (0, "#e8a33d"), (36, "#7fae4e")):
        canvas.circle(600 + dx, 500, 28, rgb(tone))
    canvas.path("M -70 0 C -66 50 66 50 70 0 Z", rgb("#f4f0e7"), 600, 512)
    for x in (360, 820):
        canvas.ellipse(x, 556, 66, 10, rgb("#f8f6f0"))
        canvas.ellipse(x, 553, 44, 6, rgb("#dcd7cb"))
    for x in (470, 730):
        canvas.rectangle(x, 500, 12, 56, rgb("#cfe3ea"))
        canvas.path("M -24 -50 L 24 -50 L 16 0 L -16 0 Z", rgb("#d6e9f0"), x + 6, 520)
    for x in (170, 900):
        canvas.rectangle(x, 470, 130, 190, darker(cloth, 0.14), 22)
        canvas.rectangle(x - 4, 640, 138, 34, lighter(cloth, 0.05), 14)
        canvas.rectangle(x + 8, 670, 14, 170, wood)
        canvas.rectangle(x + 108, 670, 14, 170, wood)
    canvas.rectangle(597, 0, 6, 60, rgb("#6b6258"))
    canvas.path("M -120 64 C -104 0 104 0 120 64 Z", rgb("#d8a94f"), 600, 50)
    canvas.ellipse(600, 114, 108, 10, rgb("#fff3cf"))


def _desk(canvas: Canvas, random: Random) -> None:
    """A soft wall and a table top to lay small things on."""
    tint = rgb(random.choice(["#dfe7ee", "#efe3d8", "#e3ece2", "#ece2ec", "#e9e7dc", "#d9e6e8"]))
    canvas.gradient(lighter(tint, 0.5), tint, 0, 620)
    canvas.circle(930, 250, 300, lighter(tint, 0.28))
    canvas.circle(250, 420, 200, lighter(tint, 0.22))
    top = rgb(random.choice(["#caa57d", "#e7ddcf", "#b78f6b", "#8d99a3"]))
    canvas.gradient(lighter(top, 0.1), darker(top, 0.14), 620)
    canvas.rectangle(0, 616, 1200, 8, lighter(top, 0.3))


def _screen(
    canvas: Canvas, random: Random, x: float, y: float, width: float, height: float
) -> None:
    one, other = (rgb(code) for code in random.choice(WALLPAPERS))
    bands = 24
    for band in range(bands):
        canvas.rectangle(
            x, y + height * band / bands, width, height / bands + 1, mix(one, other, band / bands)
        )
    canvas.ellipse(
        x + width * 0.5, y + height * 0.92, width * 0.42, height * 0.07, mix(other, WHITE, 0.3)
    )
    canvas.circle(x + width * 0.68, y + height * 0.3, width * 0.12, mix(other, WHITE, 0.55))
    canvas.polygon(
        [
            (x, y + height),
            (x, y + height * 0.74),
            (x + width * 0.34, y + height * 0.52),
            (x + width * 0.6, y + height * 0.78),
            (x + width * 0.8, y + height * 0.64),
            (x + width, y + height * 0.82),
            (x + width, y + height),
        ],
        mix(one, rgb("#16182c"), 0.35),
    )


def _phone_front(
    canvas: Canvas, random: Random, x: float, y: float, scale: float, edge: Rgb
) -> None:
    s = scale
    canvas.rectangle(x - 6 * s, y - 6 * s, 292 * s, 592 * s, darker(edge, 0.25), 46 * s)
    canvas.rectangle(x, y, 280 * s, 580 * s, rgb("#0f1115"), 42 * s)
    _screen(canvas, random, x + 14 * s, y + 40 * s, 252 * s, 500 * s)
    canvas.rectangle(x + 14 * s, y + 14 * s, 252 * s, 40 * s, rgb("#0f1115"), 20 * s)
    canvas.circle(x + 140 * s, y + 28 * s, 8 * s, rgb("#2b3442"))
    canvas.rectangle(x + 96 * s, y + 556 * s, 88 * s, 6 * s, rgb("#e8ebf0"), 3 * s)
    for column in range(4):
        tone = rgb(("#4cb26a", "#3d8fe0", "#e8a13c", "#e2556b")[column])
        canvas.rectangle(x + (32 + column * 56) * s, y + 470 * s, 44 * s, 44 * s, tone, 12 * s)


def _phone_back(canvas: Canvas, x: float, y: float, scale: float, color: Rgb) -> None:
    s = scale
    canvas.rectangle(x - 6 * s, y - 6 * s, 292 * s, 592 * s, darker(color, 0.3), 46 * s)
    canvas.rectangle(x, y, 280 * s, 580 * s, color, 42 * s)
    canvas.polygon(
        [
            (x + 30 * s, y + 578 * s),
            (x + 180 * s, y + 578 * s),
            (x + 279 * s, y + 300 * s),
            (x + 279 * s, y + 130 * s),
        ],
        lighter(color, 0.08),
    )
    canvas.rectangle(x + 22 * s, y + 22 * s, 128 * s, 200 * s, darker(color, 0.14), 34 * s)
    for dy in (58, 122, 184):
        canvas.circle(x + 66 * s, y + dy * s, 29 * s, rgb("#14171d"))
        canvas.circle(x + 66 * s, y + dy * s, 20 * s, rgb("#27384a"))
        canvas.circle(x + 59 * s, y + (dy - 7) * s, 6 * s, rgb("#7fa6c4"))
    canvas.circle(x + 120 * s, y + 70 * s, 12 * s, rgb("#f6eccb"))
    canvas.circle(x + 120 * s, y + 122 * s, 8 * s, rgb("#14171d"))


def phone(canvas: Canvas, random: Random, variant: int, color: Rgb) -> None:
    """Back and front side by side; alone on a table; with its box."""
    _desk(canvas, random)
    which = variant % 3
    if which == 0:
        canvas.ellipse(600, 800, 400, 26, rgb("#6e665c"))
        _phone_back(canvas, 290, 180, 1.06, color)
        _phone_front(canvas, random, 620, 180, 1.06, color)
    elif which == 1:
        canvas.ellipse(610, 812, 230, 24, rgb("#6e665c"))
        _phone_front(canvas, random, 445, 120, 1.18, color)
    else:
        canvas.ellipse(560, 808, 430, 28, rgb("#6e665c"))
        canvas.rectangle(250, 330, 340, 470, rgb("#f6f4ef"), 10)
        canvas.rectangle(556, 330, 34, 470, rgb("#dedad0"), 10)
        _phone_front(canvas, random, 306, 392, 0.52, color)
        canvas.rectangle(330, 730, 140, 14, rgb("#b9b4a8"), 7)
        _phone_back(canvas, 640, 210, 1.0, color)
    canvas.stroke("M 0 0 C 60 60 -40 90 60 130", WHITE, 12, 1060, 700)
    canvas.rectangle(1040, 668, 44, 44, WHITE, 8)


def laptop(canvas: Canvas, random: Random, variant: int) -> None:
    _desk(canvas, random)
    shell = rgb(random.choice(["#c7ccd3", "#4a4f58", "#d9d4c9", "#8c929c"]))
    canvas.ellipse(600, 786, 470, 22, rgb("#6e665c"))
    canvas.rectangle(270, 220, 660, 440, darker(shell, 0.35), 22)
    canvas.rectangle(284, 234, 632, 412, rgb("#0f1115"), 14)
    _screen(canvas, random, 300, 252, 600, 376)
    if variant % 2:
        canvas.rectangle(330, 282, 330, 240, rgb("#f6f7f9"), 8)
        canvas.rectangle(330, 282, 330, 30, rgb("#dfe3e9"), 8)
        for dot, tone in enumerate(("#e2665c", "#e8b94a", "#62b865")):
            canvas.circle(350 + dot * 20, 297, 6, rgb(tone))
        for row in range(6):
            canvas.rectangle(352, 336 + row * 28, random.randrange(120, 280), 10, rgb("#b8c1cc"), 5)
    canvas.path(
        "M 250 660 L 950 660 L 1060 760"
        " C 1060 776 1050 780 1040 780 L 160 780 C 150 780 140 776 140 760 Z",
        shell,
    )
    canvas.path(
        "M 140 760 L 1060 760 C 1060 776 1050 780 1040 780 L 160 780 C 150 780 140 776 140 760 Z",
        darker(shell, 0.2),
    )
    for row in range(4):
        for key in range(14):
            left = 304 + key * 43 - row * 6 + (key - 6.5) * row * 1.6
            canvas.rectangle(left, 670 + row * 15, 36, 11, darker(shell, 0.5), 3)
    canvas.polygon([(520, 734), (680, 734), (692, 756), (508, 756)], darker(shell, 0.1))
    canvas.path("M -40 -90 L 40 -90 L 32 0 L -32 0 Z", rgb("#e8e4da"), 1110, 720)
    canvas.ring(1156, 676, 24, rgb("#e8e4da"), 9)
    canvas.ellipse(1110, 632, 38, 9, rgb("#6b4a36"))
    plant(canvas, 96, 700, 0.7)


def television(canvas: Canvas, random: Random, _: int) -> None:
    room(canvas, random)
    canvas.rectangle(190, 150, 820, 470, rgb("#15171b"), 12)
    _screen(canvas, random, 204, 164, 792, 436)
    wood = rgb(random.choice(WOODS))
    canvas.rectangle(130, 690, 940, 110, wood, 8)
    for x in (150, 460, 770):
        canvas.rectangle(x, 706, 280, 78, lighter(wood, 0.12), 6)
        canvas.rectangle(x + 120, 740, 40, 8, darker(wood, 0.4), 4)
    canvas.rectangle(420, 660, 360, 28, rgb("#24272d"), 12)
    canvas.rectangle(160, 800, 18, 40, darker(wood, 0.3))
    canvas.rectangle(1020, 800, 18, 40, darker(wood, 0.3))
    plant(canvas, 1130, 760, 0.8)


def appliance(canvas: Canvas, random: Random, variant: int, piece: str) -> None:
    _, floor = room(canvas, random, 690)
    steel = rgb(random.choice(["#e8ebee", "#c3c9d0", "#6a717b", "#f1efe9"]))
    canvas.ellipse(600, 800, 330, 26, darker(floor, 0.32))
    if piece == "washer":
        canvas.rectangle(340, 250, 520, 550, darker(steel, 0.18), 24)
        canvas.rectangle(340, 250, 500, 550, steel, 24)
        canvas.rectangle(362, 276, 456, 78, darker(steel, 0.08), 12)
        canvas.rectangle(380, 294, 130, 42, lighter(steel, 0.4), 8)
        canvas.circle(640, 315, 26, darker(steel, 0.4))
        canvas.rectangle(700, 298, 96, 34, rgb("#23445c"), 6)
        canvas.circle(590, 570, 180, darker(steel, 0.22))
        canvas.circle(590, 570, 158, rgb("#2b323b"))
        canvas.circle(590, 570, 132, rgb("#7fb2cc"))
        canvas.path(
            "M -132 10 C -70 -30 -20 50 40 10 C 80 -16 110 10 132 0"
            " C 128 90 60 132 0 132 C -70 132 -128 84 -132 10 Z",
            rgb("#d8eef6"),
            590,
            570,
        )
        canvas.circle(560, 600, 30, rgb("#d9806a"))
        canvas.circle(630, 628, 36, rgb("#6a9fc0"))
        canvas.path(
            "M -90 -80 C -60 -110 -20 -120 10 -118 C -30 -90 -60 -60 -70 -30 Z",
            rgb("#a9d2e4"),
            590,
            570,
        )
    else:
        left = 380 + 20 * (variant % 3)
        canvas.rectangle(left, 110, 440, 700, darker(steel, 0.22), 22)
        canvas.rectangle(left, 110, 418, 700, steel, 22)
        canvas.rectangle(left, 360, 418, 8, darker(steel, 0.35))
        canvas.rectangle(left + 24, 230, 16, 110, darker(steel, 0.45), 8)
        canvas.rectangle(left + 24, 390, 16, 190, darker(steel, 0.45), 8)
        canvas.rectangle(left + 250, 190, 96, 60, rgb("#1d2733"), 10)
        canvas.rectangle(left + 266, 206, 64, 10, rgb("#6fd0e8"), 5)
        for dx, dy, tone in ((300, 430, "#e2556b"), (350, 470, "#e8b94a"), (290, 500, "#62b865")):
            canvas.rectangle(left + dx, dy, 38, 38, rgb(tone), 8)
    plant(canvas, 1040, 770, 0.95)


def bicycle(canvas: Canvas, random: Random, _: int, color: Rgb) -> None:
    """A bicycle against a brick wall."""
    brick = rgb(random.choice(["#c98f74", "#b9b2a6", "#d7c0a0"]))
    canvas.rectangle(0, 0, 1200, 690, brick)
    for row in range(18):
        for x in range(-60 + (row % 2) * 60, 1200, 120):
            tone = lighter(brick, random.uniform(0.04, 0.16))
            canvas.rectangle(x + 3, row * 39 + 3, 114, 33, tone, 3)
    canvas.gradient(rgb("#a7abb2"), rgb("#8b9098"), 690)
    canvas.ellipse(600, 776, 430, 16, rgb("#70757d"))
    for x in (340, 860):
        canvas.ring(x, 620, 156, rgb("#1d1f24"), 18)
        canvas.ring(x, 620, 136, rgb("#c9ced6"), 5)
        for dx, dy in ((0, 134), (95, 95), (134, 0), (95, -95)):
            canvas.line([(x - dx, 620 - dy), (x + dx, 620 + dy)], rgb("#aeb4bd"), 2)
        canvas.circle(x, 620, 15, rgb("#4a4f58"))
    for points in (
        [(340, 620), (470, 400), (770, 400), (570, 620), (340, 620)],
        [(450, 350), (570, 620)],
        [(750, 330), (860, 620)],
    ):
        canvas.line(points, color, 18)
    canvas.line([(750, 334), (740, 290), (800, 270)], rgb("#2b2f36"), 13)
    canvas.circle(805, 270, 12, rgb("#2b2f36"))
    canvas.path(
        "M -70 -14 C -40 -34 40 -30 70 -8 C 40 8 -30 14 -70 -14 Z", rgb("#2b2f36"), 446, 344
    )
    canvas.ring(570, 620, 40, rgb("#3a3f47"), 9)
    canvas.line([(570, 620), (610, 690)], rgb("#3a3f47"), 11)
    canvas.rectangle(590, 686, 54, 12, rgb("#2b2f36"), 5)


def parcel(canvas: Canvas, random: Random, variant: int) -> None:
    """Anything else: a box on a table."""
    _desk(canvas, random)
    card = rgb(random.choice(["#c89a66", "#b98a5a", "#d0a877"]))
    canvas.ellipse(600, 796, 360, 26, rgb("#6e665c"))
    canvas.polygon([(300, 380), (640, 440), (640, 800), (300, 720)], card)
    canvas.polygon([(640, 440), (900, 370), (900, 700), (640, 800)], darker(card, 0.2))
    canvas.polygon([(300, 380), (560, 318), (900, 370), (640, 440)], lighter(card, 0.16))
    canvas.polygon([(440, 347), (500, 332), (830, 386), (766, 404)], rgb("#e9d3ac"))
    canvas.polygon([(766, 406), (830, 389), (830, 470), (766, 490)], rgb("#d8bf93"))
    canvas.polygon([(350, 600), (470, 626), (470, 690), (350, 662)], rgb("#f4ecdc"))
    for row in range(3):
        canvas.line([(364, 618 + row * 15), (450, 637 + row * 15)], rgb("#a8946f"), 4)
    if variant % 2:
        canvas.rectangle(940, 560, 150, 220, rgb("#5b7f86"), 12)
        canvas.rectangle(952, 580, 126, 20, rgb("#e8dfc9"), 4)
    plant(canvas, 150, 730, 0.85)
