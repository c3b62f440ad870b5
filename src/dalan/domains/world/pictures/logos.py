"""Square marks for apps: a coloured tile with a simple sign on it."""

from random import Random

from dalan.domains.world.pictures.canvas import WHITE, Canvas, darker, lighter, mix, rgb

SIZE_PIXELS = 512
TILES = (
    ("#5b4bd6", "#9b6df0"),
    ("#0f8a7a", "#4cc9a4"),
    ("#d8483e", "#f59a5b"),
    ("#1d6fc0", "#58b7ec"),
    ("#b8327a", "#f0719a"),
    ("#3d4a5c", "#7b8ea8"),
    ("#c77d12", "#f3c14b"),
    ("#4b8a2f", "#a3cf5a"),
)
GLYPHS = ("bolt", "chart", "chat", "check", "gift", "home", "house-key", "pin", "star", "wrench")


def logo(random: Random, glyph: str) -> Canvas:
    canvas = Canvas(SIZE_PIXELS, SIZE_PIXELS)
    top, bottom = (rgb(code) for code in random.choice(TILES))
    canvas.gradient(bottom, top)
    canvas.circle(420, 80, 190, mix(bottom, WHITE, 0.14))
    canvas.circle(60, 470, 150, darker(top, 0.08))
    shade = mix(top, bottom, 0.5)
    if glyph == "bolt":
        canvas.path("M 290 90 L 150 290 L 246 290 L 216 426 L 366 214 L 266 214 Z", WHITE)
    elif glyph == "chart":
        for x, tall in ((136, 120), (226, 200), (316, 270)):
            canvas.rectangle(x, 400 - tall, 62, tall, WHITE, 14)
    elif glyph == "chat":
        canvas.rectangle(106, 130, 300, 210, WHITE, 60)
        canvas.polygon([(170, 320), (250, 320), (160, 410)], WHITE)
        for x in (190, 256, 322):
            canvas.circle(x, 236, 20, shade)
    elif glyph == "check":
        canvas.circle(256, 256, 160, WHITE)
        canvas.line([(186, 262), (238, 314), (336, 206)], shade, 38)
        for x, y in ((186, 262), (336, 206)):
            canvas.circle(x, y, 19, shade)
    elif glyph == "gift":
        canvas.rectangle(126, 226, 260, 176, WHITE, 18)
        canvas.rectangle(110, 176, 292, 70, lighter(bottom, 0.7), 16)
        canvas.rectangle(236, 176, 40, 226, shade)
        canvas.ring(206, 144, 48, WHITE, 22)
        canvas.ring(306, 144, 48, WHITE, 22)
    elif glyph == "home":
        canvas.polygon([(256, 96), (420, 244), (92, 244)], WHITE)
        canvas.rectangle(140, 226, 232, 178, WHITE, 14)
        canvas.rectangle(222, 296, 68, 108, shade, 10)
    elif glyph == "house-key":
        canvas.ring(192, 220, 92, WHITE, 44)
        canvas.line([(258, 286), (394, 422)], WHITE, 44)
        canvas.line([(330, 358), (380, 308)], WHITE, 36)
        canvas.circle(394, 420, 22, WHITE)
    elif glyph == "pin":
        canvas.path(
            "M 256 430 C 180 330 126 280 126 212 C 126 140 184 86 256 86"
            " C 328 86 386 140 386 212 C 386 280 332 330 256 430 Z",
            WHITE,
        )
        canvas.circle(256, 210, 54, shade)
    elif glyph == "wrench":
        canvas.line([(170, 350), (320, 200)], WHITE, 56)
        canvas.circle(166, 354, 48, WHITE)
        canvas.circle(166, 354, 20, shade)
        canvas.circle(340, 180, 88, WHITE)
        canvas.polygon([(352, 168), (450, 56), (470, 136), (430, 180)], mix(bottom, WHITE, 0.14))
        canvas.circle(366, 154, 38, mix(bottom, WHITE, 0.14))
    else:
        canvas.path(
            "M 256 90 L 306 198 L 424 212 L 338 294 L 360 410 L 256 352"
            " L 152 410 L 174 294 L 88 212 L 206 198 Z",
            WHITE,
        )
    return canvas
