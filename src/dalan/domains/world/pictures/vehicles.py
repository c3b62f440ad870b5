"""Cars from the side: a sedan, a hatchback, a tall car and a pickup, and a view of the wheel."""

from random import Random

from dalan.domains.world.pictures.canvas import (
    WHITE,
    Canvas,
    Rgb,
    darker,
    lighter,
    mix,
    rgb,
)
from dalan.domains.world.pictures.scenery import hills, mountains, skyline, sun, tree

GLASS = rgb("#2b3a4a")
GLASS_LIGHT = rgb("#4d6478")
TYRE = rgb("#1d1f24")
RIM = rgb("#c9ced6")

BODIES: dict[str, dict[str, str]] = {
    "sedan": {
        "body": (
            "M 158 612 C 142 590 146 548 166 522"
            " C 190 492 300 472 398 460 C 468 396 546 350 640 347"
            " C 742 344 806 368 884 448 C 946 452 1012 458 1036 474 C 1056 506 1060 574 1046 614"
            " C 1040 628 1020 634 1000 634 L 200 634 C 178 632 166 624 158 612 Z"
        ),
        "front_glass": "M 436 458 C 498 404 566 372 634 369 L 634 458 Z",
        "rear_glass": "M 652 369 C 738 367 792 392 848 456 L 652 458 Z",
        "doors": "643",
    },
    "hatchback": {
        "body": (
            "M 196 612 C 180 588 184 548 202 522"
            " C 228 490 330 470 410 458 C 470 392 540 344 640 340"
            " C 760 336 850 346 898 372 C 940 404 968 456 990 500 C 1010 540 1008 590 998 614"
            " C 992 628 972 634 952 634 L 240 634 C 216 632 204 624 196 612 Z"
        ),
        "front_glass": "M 446 456 C 500 400 562 366 634 362 L 634 456 Z",
        "rear_glass": "M 652 362 C 752 358 832 366 872 386 C 896 404 912 432 924 456 L 652 456 Z",
        "doors": "643",
    },
    "suv": {
        "body": (
            "M 156 612 C 140 580 142 520 160 486"
            " C 190 458 296 440 380 430 C 430 356 500 306 604 300"
            " C 760 294 900 298 962 312 C 1004 350 1030 410 1040 456 C 1056 510 1056 580 1046 614"
            " C 1040 628 1020 634 1000 634 L 200 634 C 178 632 166 624 156 612 Z"
        ),
        "front_glass": "M 416 430 C 460 364 524 326 604 322 L 604 430 Z",
        "rear_glass": "M 622 321 C 760 316 880 318 944 330 C 972 360 990 396 1000 430 L 622 430 Z",
        "doors": "613",
    },
    "pickup": {
        "body": (
            "M 150 612 C 134 580 138 526 156 494"
            " C 186 466 292 448 372 438 C 420 366 480 320 560 314"
            " C 620 310 668 312 690 322 C 706 360 716 410 720 462 L 1048 468"
            " C 1062 510 1062 580 1052 614"
            " C 1046 628 1026 634 1006 634 L 196 634 C 172 632 160 624 150 612 Z"
        ),
        "front_glass": "M 406 438 C 448 374 500 340 556 337 L 556 438 Z",
        "rear_glass": "M 572 336 C 620 334 652 336 670 344 C 682 374 690 408 694 438 L 572 438 Z",
        "doors": "564",
    },
}
WHEELS = {"sedan": (318, 886), "hatchback": (350, 850), "suv": (322, 880), "pickup": (318, 892)}


def car(canvas: Canvas, random: Random, variant: int, color: Rgb, body: str) -> None:
    """Beside a street, before the mountains, in a showroom, or its wheel from near by."""
    scenes = [_street, _outdoors, _showroom]
    facing_right = random.random() < 0.5
    which = (variant + random.randrange(3)) % 3 if variant < 3 else 3
    if which == 3:
        _steering_wheel(canvas, random, color)
        return
    scenes[which](canvas, random)
    if facing_right ^ (variant % 2 == 1):
        canvas.mirror()
    _car_body(canvas, color, body)


def _street(canvas: Canvas, random: Random) -> None:
    canvas.gradient(rgb("#8cc4ea"), rgb("#e9f4fb"), 0, 590)
    sun(canvas, random.randrange(160, 1040), 150, rgb("#fff3c9"))
    skyline(canvas, random, 560, rgb("#b4cfe2"), 240)
    skyline(canvas, random, 570, rgb("#93b5cd"), 150)
    for x in range(60 + random.randrange(60), 1200, 260):
        tree(canvas, x, 590, 0.8, rgb("#5f9e74"))
    canvas.rectangle(0, 585, 1200, 50, rgb("#c9ccd2"))
    canvas.rectangle(0, 632, 1200, 14, rgb("#9da2ab"))
    canvas.gradient(rgb("#5c626d"), rgb("#454a54"), 646)
    for x in range(-60, 1200, 240):
        canvas.polygon([(x, 806), (x + 130, 806), (x + 122, 822), (x - 12, 822)], rgb("#e8e3cf"))


def _outdoors(canvas: Canvas, random: Random) -> None:
    warm = random.random() < 0.5
    canvas.gradient(
        rgb("#f6b68a" if warm else "#7fb8e6"), rgb("#fdeccf" if warm else "#eef7fb"), 0, 600
    )
    sun(canvas, random.randrange(200, 1000), 240, rgb("#fff1c4"))
    mountains(canvas, random, 560, rgb("#8b88a8" if warm else "#7c99b8"), snow=True)
    hills(canvas, random, 520, rgb("#b99a6b" if warm else "#8fb27a"))
    hills(canvas, random, 575, rgb("#a58455" if warm else "#749c63"))
    canvas.gradient(rgb("#7a7468"), rgb("#5d594f"), 640)
    canvas.rectangle(0, 636, 1200, 8, rgb("#d7cfba"))


def _showroom(canvas: Canvas, random: Random) -> None:
    tint = rgb(random.choice(["#dfe6ee", "#e8e2da", "#dce8e4"]))
    canvas.gradient(lighter(tint, 0.45), tint, 0, 600)
    for x in range(90, 1200, 220):
        canvas.rectangle(x, 90, 160, 330, lighter(tint, 0.62), 10)
        canvas.rectangle(x + 76, 90, 8, 330, tint)
    for x in range(140, 1200, 300):
        canvas.rectangle(x, 30, 170, 14, WHITE, 7)
    canvas.gradient(darker(tint, 0.14), darker(tint, 0.34), 600)
    canvas.ellipse(600, 740, 560, 110, darker(tint, 0.1))
    canvas.ellipse(600, 736, 540, 100, darker(tint, 0.18))


def _car_body(canvas: Canvas, color: Rgb, body: str) -> None:
    shape = BODIES[body]
    shade = darker(color, 0.3)
    canvas.ellipse(604, 700, 480, 26, rgb("#33373f"))
    canvas.path(shape["body"], color)
    # The lower body lies in shade, the shoulder catches the light.
    canvas.path(
        "M 152 566 L 1052 566 C 1052 590 1048 634 1000 634 L 200 634 C 160 630 152 600 152 566",
        shade,
    )
    canvas.rectangle(190, 616, 820, 18, rgb("#24272d"), 8)
    canvas.line([(200, 506), (420, 486), (1020, 492)], lighter(color, 0.34), 5)
    canvas.path(shape["front_glass"], GLASS)
    canvas.path(shape["rear_glass"], GLASS)
    door = float(shape["doors"])
    top = 322 if body in {"suv", "pickup"} else 366
    canvas.polygon(
        [
            (door - 90, top + 44),
            (door - 58, top + 24),
            (door - 120, top + 100),
            (door - 160, top + 100),
        ],
        GLASS_LIGHT,
    )
    seam = darker(color, 0.42)
    bottom = 612
    belt = 440 if body in {"suv", "pickup"} else 462
    canvas.line([(door, belt), (door, bottom)], seam, 3)
    canvas.line([(door - 200, belt + 6), (door - 212, 540), (door - 190, bottom)], seam, 3)
    if body != "pickup":
        canvas.line([(door + 196, belt), (door + 178, 548), (door + 150, bottom)], seam, 3)
    else:
        canvas.line([(722, 464), (722, bottom)], seam, 3)
        canvas.rectangle(724, 458, 322, 12, shade, 5)
    for x in (door - 58, door + 28):
        canvas.rectangle(x, belt + 44, 44, 9, lighter(color, 0.45), 4)
    _lamps(canvas, body)
    mirror_y = belt - 16
    canvas.rectangle(door - 196, mirror_y, 36, 22, shade, 9)
    for x in WHEELS[body]:
        _wheel(canvas, x)


def _lamps(canvas: Canvas, body: str) -> None:
    front = {"sedan": (164, 534), "hatchback": (202, 534), "suv": (160, 498), "pickup": (156, 506)}
    rear = {
        "sedan": (1000, 484),
        "hatchback": (956, 470),
        "suv": (1004, 442),
        "pickup": (1024, 484),
    }
    x, y = front[body]
    canvas.path("M 0 0 C 20 -22 50 -28 84 -28 C 84 -8 60 12 8 22 Z", rgb("#f4f7fa"), x, y)
    canvas.path("M 8 4 C 24 -12 44 -18 66 -20 C 62 -4 40 8 12 14 Z", rgb("#ffe9b3"), x, y)
    x, y = rear[body]
    canvas.rectangle(x, y, 30, 56, rgb("#d8343a"), 8)
    canvas.rectangle(x + 5, y + 32, 18, 16, rgb("#ffb15c"), 4)


def _wheel(canvas: Canvas, x: float) -> None:
    y = 634
    canvas.half_circle(x, y, 88, rgb("#15171b"))
    canvas.circle(x, y, 74, TYRE)
    canvas.circle(x, y, 50, RIM)
    canvas.circle(x, y, 43, rgb("#8d949f"))
    for dx, dy in ((0, -42), (40, -13), (25, 34), (-25, 34), (-40, -13)):
        canvas.line([(x, y), (x + dx, y + dy)], RIM, 12)
    canvas.circle(x, y, 13, rgb("#6d7480"))


def _steering_wheel(canvas: Canvas, random: Random, color: Rgb) -> None:
    """The driver's place."""
    trim = rgb(random.choice(["#3b3f47", "#4a4440", "#38424a"]))
    canvas.gradient(rgb("#a9d2ee"), rgb("#eaf5fb"), 0, 400)
    mountains(canvas, random, 330, rgb("#8fabc4"), snow=False)
    canvas.rectangle(0, 320, 1200, 90, rgb("#6c727c"))
    canvas.polygon([(560, 320), (640, 320), (760, 410), (440, 410)], rgb("#575c66"))
    canvas.path("M 0 380 C 300 330 900 330 1200 380 L 1200 900 L 0 900 Z", trim)
    canvas.path(
        "M 0 440 C 300 395 900 395 1200 440 L 1200 470 C 900 425 300 425 0 470 Z",
        darker(trim, 0.35),
    )
    canvas.path(
        "M 0 520 C 300 480 900 480 1200 520 L 1200 540 C 900 500 300 500 0 540 Z",
        mix(color, trim, 0.35),
    )
    canvas.rectangle(690, 500, 330, 190, rgb("#14171c"), 18)
    canvas.rectangle(704, 514, 302, 162, rgb("#23445c"), 10)
    canvas.line([(720, 650), (800, 590), (870, 620), (990, 540)], rgb("#6fd0a8"), 6)
    canvas.circle(870, 620, 11, rgb("#ffd166"))
    for x in (720, 790, 860, 930):
        canvas.circle(x + 30, 740, 20, darker(trim, 0.4))
        canvas.circle(x + 30, 740, 12, lighter(trim, 0.2))
    for x in (300, 460):
        canvas.circle(x, 520, 74, rgb("#14171c"))
        canvas.ring(x, 520, 64, rgb("#dfe5ec"), 4)
        canvas.line([(x, 520), (x - 34, 486)], rgb("#ff6b5e"), 6)
        canvas.circle(x, 520, 9, rgb("#dfe5ec"))
    canvas.ring(380, 690, 260, rgb("#16181c"), 44)
    canvas.ring(380, 690, 250, rgb("#33373f"), 8)
    canvas.path(
        "M 150 670 C 260 640 500 640 610 670 L 604 730"
        " C 500 720 460 760 440 800 L 320 800 C 300 760 260 720 156 730 Z",
        rgb("#1d2025"),
    )
    canvas.circle(380, 712, 52, rgb("#2a2e35"))
    canvas.ring(380, 712, 26, RIM, 5)


def motorcycle(canvas: Canvas, random: Random, color: Rgb) -> None:
    """From the side, in a street or before the mountains."""
    random.choice([_street, _outdoors])(canvas, random)
    canvas.ellipse(600, 742, 420, 20, rgb("#33373f"))
    metal = rgb("#4a4f58")
    for x in (330, 880):
        canvas.circle(x, 600, 138, TYRE)
        canvas.circle(x, 600, 104, rgb("#9aa0a9"))
        canvas.circle(x, 600, 96, rgb("#5a606a"))
        for dx, dy in ((0, 96), (83, 48), (83, -48)):
            canvas.line([(x - dx, 600 - dy), (x + dx, 600 + dy)], RIM, 9)
        canvas.circle(x, 600, 34, RIM)
        canvas.circle(x, 600, 14, metal)
    canvas.line([(330, 600), (440, 330)], RIM, 24)
    canvas.line([(880, 600), (600, 610)], metal, 26)
    canvas.rectangle(500, 470, 210, 160, metal, 28)
    for fin in range(5):
        canvas.rectangle(508, 486 + fin * 24, 194, 9, lighter(metal, 0.25), 4)
    canvas.circle(650, 592, 52, rgb("#7d848e"))
    canvas.circle(650, 592, 26, rgb("#b8bec7"))
    canvas.stroke("M 560 640 C 640 680 760 670 980 640", rgb("#b8bec7"), 26)
    canvas.path("M 430 400 C 470 350 620 350 690 420 L 680 490 L 470 490 Z", color)
    canvas.path("M 470 450 L 686 450 L 680 490 L 470 490 Z", darker(color, 0.25))
    canvas.line([(470, 398), (600, 382)], lighter(color, 0.4), 8)
    canvas.path(
        "M 660 432 C 760 440 860 420 950 392 C 960 420 930 470 860 480 L 680 490 Z", rgb("#1d1f24")
    )
    canvas.path(
        "M 840 476 C 930 460 1000 440 1020 420 L 1010 470 C 960 500 900 500 860 500 Z", color
    )
    canvas.rectangle(1000, 424, 26, 34, rgb("#d8343a"), 6)
    canvas.path("M 206 520 C 250 440 400 430 456 520 C 420 480 260 480 206 520 Z", color)
    canvas.line([(440, 340), (470, 290), (540, 280)], rgb("#2b2f36"), 18)
    canvas.circle(420, 360, 48, rgb("#2b2f36"))
    canvas.circle(408, 360, 38, rgb("#ffe9b3"))
    canvas.line([(446, 320), (430, 262)], rgb("#2b2f36"), 8)
    canvas.ellipse(428, 254, 30, 20, rgb("#2b2f36"))
