"""Pictures for a furnished world, drawn from a seed: the same arguments give the same bytes.

Flat illustrations of what a post offers, and square marks for apps. Nothing is fetched and no
photograph is used, so a world can be made anywhere and given away with the code.
"""

from random import Random

from dalan.domains.world.pictures import goods, homes, services, vehicles
from dalan.domains.world.pictures.canvas import Canvas, Rgb, rgb
from dalan.domains.world.pictures.logos import GLYPHS
from dalan.domains.world.pictures.logos import logo as _logo

COLORS: dict[str, str] = {
    "سفید": "#f2f3f3", "سفید صدفی": "#efece2", "مشکی": "#23262b", "کربن‌بلک": "#2b2f36",
    "نقره‌ای": "#c3c8ce", "خاکستری": "#8b9097", "طوسی": "#9a9fa6", "نوک‌مدادی": "#4c5158",
    "دلفینی": "#6c7f8f", "سربی": "#6d7278", "تیتانیوم": "#8f8a80", "قرمز": "#c8322f",
    "آلبالویی": "#8c1f2d", "زرشکی": "#7b1e34", "عنابی": "#6b2430", "گیلاسی": "#a01f3a",
    "آبی": "#2f6fc0", "سرمه‌ای": "#1f3460", "نقرآبی": "#a9c0d6", "یشمی": "#24594a",
    "سبز": "#3f8a57", "زیتونی": "#6f7444", "زرد": "#e8b92f", "نارنجی": "#e07b2c",
    "طلایی": "#c9a964", "بژ": "#d6c7a9", "کرم": "#e6dcc3", "خاکی": "#a8966f",
    "قهوه‌ای": "#6b4a36", "بنفش": "#6a4a94", "مسی": "#a8643f", "موکا": "#7a5f4b",
    "black": "#2a2d33", "white": "#f1f1ee", "gray": "#84898f", "silver": "#cfd3d8",
    "gold": "#e2c79a", "rose-gold": "#e3b7a8", "blue": "#3f6fb0", "navy-blue": "#243a5e",
    "light-blue": "#a8c8e4", "green": "#4f7d63", "mint": "#b8dcc8", "red": "#c43a3f",
    "pink": "#eab8c4", "purple": "#8f7fb8", "yellow": "#f0d469", "orange": "#e58a45",
    "cream": "#ece2cf", "bronze": "#a47c5b", "titanium": "#a9a498",
}  # fmt: skip
"""What the published car colours and our phone colours look like."""

CAR_BODIES = tuple(vehicles.BODIES)
_SERVICES = ("repair", "painting", "cleaning", "teaching", "moving", "job")
_CAR_PAINTS = ("سفید", "نقره‌ای", "مشکی", "خاکستری", "نوک‌مدادی", "سرمه‌ای", "قرمز", "آبی")
_PHONE_PAINTS = ("black", "white", "blue", "green", "gold", "purple", "titanium")

KINDS = (
    "apartment",
    "villa",
    "land",
    "car",
    *(f"car-{body}" for body in CAR_BODIES),
    "phone",
    "laptop",
    "television",
    "furniture",
    "furniture-sofa",
    "furniture-bed",
    "furniture-table",
    "appliance-fridge",
    "appliance-washer",
    "bicycle",
    "motorcycle",
    "service",
    *(f"service-{trade}" for trade in _SERVICES),
    "generic",
)


def picture(kind: str, seed: int, variant: int = 0, colour: str | None = None) -> bytes:
    """A 1200x900 JPEG of one of ``KINDS``; an unknown kind is drawn as ``generic``.

    One post keeps its ``seed`` and counts ``variant`` up from 0 for each further picture.
    ``colour`` is a published colour slug or ``#rrggbb``; without it the seed picks one.
    """
    main, _, detail = kind.partition("-")
    thing = Random(f"{kind} {seed}")  # noqa: S311 - drawing only; what is shown: the same in all of a post's pictures
    scene = Random(f"{kind} {seed} {variant}")  # noqa: S311 - drawing only
    canvas = Canvas()
    if main == "apartment":
        # Not every seller shows the front first.
        homes.flat(canvas, scene, variant + thing.choice([0, 0, 1, 1, 2, 3]))
    elif main == "villa":
        homes.villa(canvas, scene, variant)
    elif main == "land":
        homes.land(canvas, scene, variant)
    elif main == "car":
        body = detail if detail in CAR_BODIES else thing.choice(CAR_BODIES)
        vehicles.car(canvas, scene, variant, _color(colour, thing, _CAR_PAINTS), body)
    elif main == "phone":
        goods.phone(canvas, scene, variant, _color(colour, thing, _PHONE_PAINTS))
    elif main == "laptop":
        goods.laptop(canvas, scene, variant)
    elif main == "television":
        goods.television(canvas, scene, variant)
    elif main == "furniture":
        piece = detail or thing.choice(["sofa", "bed", "table"])
        goods.furniture(canvas, thing, variant, piece)
    elif main == "appliance":
        goods.appliance(canvas, thing, variant, detail)
    elif main == "bicycle":
        goods.bicycle(canvas, scene, variant, _color(colour, thing, ("red", "blue", "green")))
    elif main == "motorcycle":
        vehicles.motorcycle(canvas, scene, _color(colour, thing, ("قرمز", "مشکی", "آبی")))
    elif main == "service":
        trade = detail if detail in _SERVICES else thing.choice(_SERVICES[:-1])
        services.service(canvas, scene, variant, trade)
    else:
        goods.parcel(canvas, scene, variant)
    return canvas.jpeg()


def logo(seed: int, glyph: str) -> bytes:
    """A 512x512 PNG mark for an app; ``glyph`` is one of ``GLYPHS``, any other draws a star."""
    random = Random(f"logo {seed}")  # noqa: S311 - drawing only
    return _logo(random, glyph).png()


def _color(code: str | None, random: Random, paints: tuple[str, ...]) -> Rgb:
    known = COLORS.get(code or "", code or "")
    if len(known) == 7 and known.startswith("#"):
        return rgb(known)
    return rgb(COLORS[random.choice(paints)])


__all__ = ["CAR_BODIES", "COLORS", "GLYPHS", "KINDS", "logo", "picture"]
