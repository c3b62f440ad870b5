"""Passenger cars and pickups as they stand in an Iranian street, late 1405."""

from random import Random

from msgspec import Struct

from dalan.domains import taxonomy
from dalan.domains.world.content.offer import SeedPost, near, offer, place, rounded, sentences


class Model(Struct, frozen=True):
    slug: str
    """As published."""
    said: str
    years: tuple[int, int]
    million_tomans: int
    """What the newest of them costs with few kilometres on it."""
    body: str = "sedan"
    gearbox: str = "manual"
    fuel: str = "benzine"


MODELS = (
    Model("Pride 111 EX", "پراید ۱۱۱", (1388, 1395), 560, "hatchback"),
    Model("Pride 131 SE", "پراید ۱۳۱", (1390, 1399), 620),
    Model("Pride 132 SX", "پراید ۱۳۲", (1388, 1394), 520),
    Model("Pride Pickup 151 SE", "وانت پراید ۱۵۱", (1394, 1402), 690, "pickup"),
    Model("Peugeot 206 2", "پژو ۲۰۶ تیپ ۲", (1388, 1401), 1190, "hatchback"),
    Model("Peugeot 206 5", "پژو ۲۰۶ تیپ ۵", (1389, 1401), 1280, "hatchback"),
    Model("Peugeot 206 SD V8", "پژو ۲۰۶ صندوق‌دار V8", (1390, 1398), 1150),
    Model("Peugeot 207i manual", "پژو ۲۰۷ دنده‌ای", (1396, 1405), 1620, "hatchback"),
    Model(
        "Peugeot 207i automatic", "پژو ۲۰۷ اتوماتیک", (1393, 1403), 1950, "hatchback", "automatic"
    ),
    Model("Peugeot Pars LX-TU5", "پژو پارس TU5", (1393, 1403), 1320),
    Model("Peugeot 405 GLX-petrol", "پژو ۴۰۵ GLX", (1385, 1399), 880),
    Model("Peugeot 2008", "پژو ۲۰۰۸", (1397, 1402), 3300, "suv", "automatic"),
    Model("Samand LX EF7", "سمند LX EF7", (1391, 1401), 1080, "sedan", "manual", "bi-fuel"),
    Model("Samand Soren ELX", "سورن ELX", (1392, 1402), 1240),
    Model("Dena plus Turbo 1", "دنا پلاس توربو", (1397, 1404), 1980),
    Model("Dena basic 1700cc", "دنا معمولی", (1394, 1400), 1380),
    Model("Tara Automatic", "تارا اتوماتیک", (1400, 1405), 2150, "sedan", "automatic"),
    Model("Runna LX", "رانا LX", (1392, 1399), 1120),
    Model("Tiba Sedan SX", "تیبا صندوق‌دار", (1391, 1400), 740),
    Model("Tiba Hatchback EX", "تیبا ۲", (1393, 1401), 790, "hatchback"),
    Model("Saina manual S", "ساینا S", (1397, 1404), 890),
    Model("Quick manual R", "کوییک R", (1397, 1404), 910, "hatchback"),
    Model("Quick Automatic", "کوییک اتوماتیک", (1396, 1402), 1020, "hatchback", "automatic"),
    Model("Shahin G", "شاهین G", (1400, 1405), 1290),
    Model("Renault Tondar 90 E2-petrol", "تندر ۹۰ E2", (1388, 1397), 1280),
    Model(
        "Renault Sandero-Stepway automatic",
        "ساندرو استپ‌وی",
        (1394, 1398),
        2100,
        "hatchback",
        "automatic",
    ),
    Model("MVM X22 manual-sport-excellent", "ام‌وی‌ام X22 اسپرت", (1396, 1401), 1720, "suv"),
    Model("MVM 315 hatchback sport-luxury", "ام‌وی‌ام ۳۱۵ هاچبک", (1392, 1397), 1050, "hatchback"),
    Model("JAC S5 automatic", "جک S5 اتوماتیک", (1393, 1400), 2350, "suv", "automatic"),
    Model(
        "Haima S7 automatic-turbo-1800cc", "هایما S7 توربو", (1396, 1402), 2700, "suv", "automatic"
    ),
    Model("Chery Tiggo 7 excellent", "تیگو ۷ اکسلنت", (1397, 1402), 3150, "suv", "automatic"),
    Model("Fownix Tiggo 8 pro", "تیگو ۸ پرو", (1400, 1404), 5200, "suv", "automatic"),
    Model(
        "Kia Cerato-ir automatic-2000cc",
        "سراتو ۲۰۰۰ مونتاژ",
        (1392, 1397),
        3100,
        "sedan",
        "automatic",
    ),
    Model("Hyundai Tucson-ix35 2400cc", "توسان ix35", (1390, 1395), 4300, "suv", "automatic"),
    Model("Hyundai Elantra 2000cc", "النترا ۲۰۰۰", (1394, 1397), 3500, "sedan", "automatic"),
    Model("Toyota Camry GLX", "کمری GLX", (1386, 1394), 4600, "sedan", "automatic"),
    Model(
        "Toyota Corolla GLI-automatic-1800cc", "کرولا GLI", (1387, 1394), 3700, "sedan", "automatic"
    ),
    Model(
        "Suzuki Grand-Vitara-ir automatic-2400cc",
        "گرند ویتارا ۲۴۰۰",
        (1388, 1394),
        3200,
        "suv",
        "automatic",
    ),
    Model(
        "Brilliance H330 automatic-1500cc", "برلیانس H330", (1394, 1398), 1350, "sedan", "automatic"
    ),
    Model("Lifan X60 manual", "لیفان X60", (1391, 1396), 1250, "suv"),
    Model(
        "Zamyad Z 24 Bi-fuel",
        "وانت زامیاد دوگانه",
        (1390, 1403),
        1180,
        "pickup",
        "manual",
        "bi-fuel",
    ),
    Model("Mazda 3-ir 3", "مزدا ۳ تیپ ۳", (1387, 1392), 2600, "sedan", "automatic"),
    Model("BMW 3 Series Sedan 320i", "بی‌ام‌و ۳۲۰", (1387, 1396), 6400, "sedan", "automatic"),
)

PAINTS = (
    "سفید",
    "سفید",
    "سفید",
    "نقره‌ای",
    "مشکی",
    "خاکستری",
    "نوک‌مدادی",
    "دلفینی",
    "سرمه‌ای",
    "آلبالویی",
    "قرمز",
    "آبی",
    "تیتانیوم",
    "نقرآبی",
)


def car(random: Random) -> SeedPost:
    model = random.choice(MODELS)
    at = place(random)
    first, last = model.years
    year = random.randint(first, last)
    years_old = 1405 - year
    usage = rounded(max(0, near(random, 16_000 * years_old, 0.4)) + random.randint(0, 9000), 2)
    status = random.choices(
        [
            "intact",
            "some-scratches",
            "one-spot-paint",
            "two-spots-paint",
            "some-paint",
            "full-paint",
        ],
        [50, 14, 16, 9, 8, 3],
    )[0]
    loss = {"intact": 0, "some-scratches": 0.02, "one-spot-paint": 0.04, "two-spots-paint": 0.07}
    worth = model.million_tomans * 1_000_000.0
    worth *= (1 - 0.028 * (last - year)) * (1 - loss.get(status, 0.12))
    paint = random.choice(PAINTS)
    body = next(option.display for option in taxonomy.body_statuses() if option.slug == status)
    insurance = random.randint(1, 12)
    return offer(
        random,
        category="light",
        at=at,
        title=random.choice(
            [
                f"{model.said} مدل {year}",
                f"{model.said} {paint} {year}",
                f"{model.said} مدل {year} کم‌کار"
                if usage < 60_000
                else f"{model.said} {year} سالم و آماده",
                f"{model.said}، {year}، بدون رنگ"
                if status == "intact"
                else f"{model.said} {year}، فنی سالم",
            ]
        ),
        description=sentences(
            random,
            [
                f"{model.said} مدل {year}، رنگ {paint} با {usage:,} کیلومتر کارکرد.".replace(
                    ",", "٬"
                ),
                f"وضعیت بدنه: {body}. {insurance} ماه بیمهٔ شخص ثالث دارد.",
            ],
            [
                "فنی کاملاً سالم، هر جا خواستید کارشناسی کنید.",
                "لاستیک‌ها نو و ترمزها تازه سرویس شده است.",
                "سرویس‌ها به‌موقع انجام شده و دفترچه دارد.",
                "مصرف شخصی بوده و دست دوم است.",
                "کولر، ضبط و شیشه‌بالابرها سالم.",
                "فقط نقد، لطفاً پیشنهاد معاوضه ندهید.",
                "به خریدار واقعی پای ماشین تخفیف داده می‌شود.",
            ],
        ),
        fields={
            "brand_model": model.slug,
            "production_year": year,
            "usage": usage,
            "color": paint,
            "gearbox": model.gearbox,
            "fuel_type": model.fuel,
            "body_status": status,
            "front_chassis_status": "healthy",
            "back_chassis_status": "healthy",
            "engine_status": "healthy",
            "third_party_insurance_deadline": insurance,
        },
        picture_kind=f"car-{model.body}",
        picture_colour=paint,
        picture_count=random.randint(2, 4),
        price_tomans=rounded(near(random, worth, 0.05)),
        negotiable=random.random() < 0.1,
    )


def motorcycle(random: Random) -> SeedPost:
    said, million = random.choice(
        [("هوندا ۱۲۵", 95), ("آپاچی ۱۸۰", 260), ("پالس NS200", 310), ("ویو ۱۳۰", 120)]
    )
    year = random.randint(1396, 1404)
    return offer(
        random,
        category="motorcycles",
        at=place(random),
        title=f"موتورسیکلت {said} مدل {year}",
        description=sentences(
            random,
            [f"{said} مدل {year}، سند به نام و بیمه کامل."],
            [
                "موتور سالم و بدون روغن‌سوزی.",
                "لاستیک‌ها تازه عوض شده.",
                "با دو کلاه کاسکت تحویل می‌شود.",
            ],
        ),
        fields={
            "brand": said,
            "production_year": year,
            "usage": random.randrange(4_000, 60_000, 500),
        },
        picture_kind="motorcycle",
        picture_colour=random.choice(["قرمز", "مشکی", "آبی"]),
        picture_count=1,
        price_tomans=rounded(near(random, million * 1_000_000, 0.1)),
    )
