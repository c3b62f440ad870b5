"""Flats and houses: for sale, for rent and by the night; land and presales."""

from random import Random

from dalan.domains.world.content.offer import (
    Place,
    SeedPost,
    near,
    offer,
    place,
    rounded,
    sentences,
)

METRE_TOMANS = 240_000_000
"""A square metre of a ten-year-old flat in the middle of Tehran, late 1405."""

ROOMS = {0: "بدون اتاق", 1: "یک", 2: "دو", 3: "سه", 4: "چهار"}
ROOMS_SAID = {1: "یک‌خوابه", 2: "دوخوابه", 3: "سه‌خوابه", 4: "چهارخوابه"}


def _flat(random: Random) -> tuple[int, int, dict[str, object], list[str]]:
    """Size in metres, rooms, form fields, and what they say in words."""
    rooms = random.choices([1, 2, 3, 4], [22, 48, 25, 5])[0]
    size = {
        1: random.randint(42, 68),
        2: random.randint(68, 108),
        3: random.randint(110, 175),
        4: random.randint(180, 260),
    }[rooms]
    year = random.choice([1378, 1383, 1387, 1390, 1393, 1395, 1397, 1399, 1400, 1402, 1403, 1404])
    floors = random.randint(3, 7)
    floor = random.randint(1, floors)
    elevator = floors > 3 or year > 1390
    parking = year >= 1385 or random.random() < 0.4
    warehouse = random.random() < 0.75
    fields: dict[str, object] = {
        "size": size,
        "rooms": ROOMS[rooms],
        "year": year,
        "floor": floor,
        "floors_count": floors,
        "elevator": elevator,
        "parking": parking,
        "warehouse": warehouse,
        "balcony": random.random() < 0.6,
    }
    has = [
        name
        for name, there in (("پارکینگ", parking), ("آسانسور", elevator), ("انباری", warehouse))
        if there
    ]
    words = [
        f"{size} متر، {ROOMS_SAID[rooms]}، طبقهٔ {floor} از {floors}، ساخت {year}.",
        f"دارای {' و '.join(has)}." if has else "قیمت با توجه به نبود پارکینگ تعیین شده است.",
    ]
    return size, rooms, fields, words


GOOD_POINTS = (
    "نورگیر عالی و نقشهٔ بدون پرت.",
    "کابینت‌ها ام‌دی‌اف و کف سرامیک است.",
    "تازه رنگ شده و آمادهٔ تحویل است.",
    "همسایه‌های آرام و ساختمان تمیز.",
    "دسترسی راحت به مترو و ایستگاه اتوبوس.",
    "نزدیک مدرسه، پارک و مراکز خرید.",
    "پکیج و کولر گازی دارد.",
    "لابی و نگهبان ۲۴ ساعته دارد.",
    "سرویس‌ها بازسازی شده است.",
    "فقط خانواده یا زوج جوان لطفاً.",
)


def apartment_sale(random: Random) -> SeedPost:
    at = place(random)
    size, rooms, fields, words = _flat(random)
    age = 1405 - int(str(fields["year"]))
    metre = METRE_TOMANS * at.share * max(0.68, 1.22 - age * 0.022)
    deed = random.choices(["تک‌برگ", "منگوله‌دار", "قول‌نامه‌ای"], [80, 12, 8])[0]
    price = rounded(near(random, metre, 0.09) * size)
    title = random.choice(
        [
            f"آپارتمان {size} متری {ROOMS_SAID[rooms]} {at.name}",
            f"{size} متر {ROOMS_SAID[rooms]} در {at.name}",
            f"فروش آپارتمان {size} متری {at.name}",
            f"{at.name}، {size} متر فول امکانات",
            f"آپارتمان نوساز {size} متری {at.name}"
            if age <= 2
            else f"{size} متر خوش‌نقشه {at.name}",
        ]
    )
    return offer(
        random,
        category="apartment-sell",
        at=at,
        title=title,
        description=sentences(
            random,
            [*words, f"سند {deed}، متری حدود {rounded(price / size / 1_000_000)} میلیون تومان."],
            [
                *GOOD_POINTS[:-1],
                "قیمت منصفانه است و پای معامله تخفیف مختصری داده می‌شود.",
                "بازدید با هماهنگی قبلی، هر روز بعد از ساعت ۱۷.",
                "مالک هستم، لطفاً مشاوران املاک تماس نگیرند.",
            ],
        ),
        fields=fields
        | {
            "deed_type": deed,
            "building_direction": random.choice(["شمالی", "جنوبی"]),
            "heating_cooling_system": random.sample(["پکیج", "کولر آبی", "کولر گازی", "شوفاژ"], 2),
        },
        picture_kind="apartment",
        picture_count=random.randint(3, 4),
        price_tomans=price,
    )


def apartment_rent(random: Random) -> SeedPost:
    at = place(random)
    size, rooms, fields, words = _flat(random)
    worth = METRE_TOMANS * at.share * size * 0.9
    # A year's rent comes near five percent of the flat; every deposit of 1 saves 0.03 a month.
    monthly = worth * 0.05 / 12
    credit = rounded(worth * random.choice([0.04, 0.06, 0.08, 0.1]), 2)
    rent = rounded(max(monthly - credit * 0.012, monthly * 0.35), 2)
    full_deposit = random.random() < 0.12
    if full_deposit:
        credit, rent = rounded(worth * 0.14, 2), 0
    title = random.choice(
        [
            f"اجارهٔ آپارتمان {size} متری {at.name}",
            f"{size} متر {ROOMS_SAID[rooms]} اجاره‌ای {at.name}",
            f"رهن و اجاره {size} متر، {at.name}",
        ]
    )
    if full_deposit:
        title = f"رهن کامل {size} متر {ROOMS_SAID[rooms]} {at.name}"
    return offer(
        random,
        category="apartment-rent",
        at=at,
        title=title,
        description=sentences(
            random,
            words,
            [
                *GOOD_POINTS,
                "ودیعه و اجاره تا حدی قابل تبدیل است.",
                "تخلیه است و کلید تحویل می‌شود.",
                "قرارداد یک‌ساله با امکان تمدید.",
            ],
        ),
        fields=fields | {"credit": credit, "rent": rent},
        picture_kind="apartment",
        picture_count=random.randint(2, 4),
    )


def short_stay(random: Random) -> SeedPost:
    city, name, villa = random.choice(
        [
            ("kish", "کیش", False),
            ("ramsar", "رامسر", True),
            ("isfahan", "اصفهان", False),
            ("shiraz", "شیراز", False),
            ("mashhad", "مشهد", False),
            ("royan", "رویان", True),
            ("masal", "ماسال", True),
            ("tehran", "تهران", False),
            ("mahmudabad", "محمودآباد", True),
        ]
    )
    size, guests = (
        (random.randint(140, 320), random.randint(6, 12))
        if villa
        else (
            random.randint(50, 110),
            random.randint(2, 5),
        )
    )
    night = rounded(near(random, 1_400_000 * guests**0.8, 0.25), 2)
    amenities = random.sample(
        [
            "اینترنت_پرسرعت",
            "تلویزیون",
            "یخچال",
            "اجاق_گاز",
            "لباسشویی",
            "لوازم_آشپزی",
            "ملحفه_تمیز",
        ],
        5,
    )
    if villa:
        amenities += ["استخر", "باربیکیو"]
    rooms = 3 if villa else random.choice([1, 2])
    return offer(
        random,
        category="villa" if villa else "suite-apartment",
        at=Place(city, "", name, 1),
        title=f"ویلای استخردار {name}، {guests} نفره" if villa else f"سوئیت مبلهٔ تمیز در {name}",
        description=sentences(
            random,
            [
                f"{size} متر، {ROOMS_SAID[rooms]}، مناسب {guests} نفر.",
                f"هر شب {night:,} تومان؛ آخر هفته‌ها نرخ جدا دارد.".replace(",", "٬"),
            ],
            [
                "محیط آرام و خانوادگی است.",
                "تحویل ساعت ۱۴ و تخلیه ساعت ۱۲.",
                "نزدیک مراکز خرید و تفریحی.",
                "برای رزرو پیام بدهید.",
            ],
        ),
        fields={
            "size": size,
            "rooms": ROOMS[rooms],
            "regular_person_capacity": guests,
            "extra_person_capacity": 2,
            "daily_rent": night,
            "price_weekends": rounded(night * 1.35, 2),
            "minimum_stay": random.choice([1, 2]),
            "check_in_time": "14:00",
            "check_out_time": "12:00",
            "comfort_amenities": amenities,
            "pets_allowed": random.choice(["yes", "no", "with-agreement"]),
        },
        picture_kind="villa" if villa else "apartment",
        picture_count=3,
    )


def house_or_land(random: Random) -> SeedPost:
    city, name, metre = random.choice(
        [
            ("lavasan-city", "لواسان", 190),
            ("damavand", "دماوند", 45),
            ("shahriar-city", "شهریار", 55),
            ("nowshahr", "نوشهر", 60),
            ("lahijan", "لاهیجان", 40),
            ("abali", "آبعلی", 38),
        ]
    )
    at = Place(city, "", name, 1)
    size = random.choice([250, 300, 420, 500, 700, 1000])
    price = rounded(near(random, metre * 1_000_000, 0.15) * size)
    if random.random() < 0.5:
        return offer(
            random,
            category="plot-old",
            at=at,
            title=f"زمین {size} متری در {name}",
            description=sentences(
                random,
                [f"زمین {size} متری با سند تک‌برگ و کاربری مسکونی در {name}."],
                [
                    "آب و برق و گاز پای زمین.",
                    "چشم‌انداز کوه و هوای عالی.",
                    "معاوضه با آپارتمان ممکن است.",
                ],
            ),
            fields={"size": size, "plot_use": "مسکونی", "deed_type": "تک‌برگ"},
            picture_kind="land",
            picture_count=2,
            price_tomans=price,
        )
    built = rounded(size * 0.4, 2)
    return offer(
        random,
        category="house-villa-sell",
        at=at,
        title=f"ویلا {size} متری با باغ در {name}",
        description=sentences(
            random,
            [f"{size} متر زمین و {built} متر بنا، سه‌خوابه، با پارکینگ سرپوشیده."],
            [
                "درختان میوهٔ بارده و حیاط‌سازی شیک.",
                "سند تک‌برگ آمادهٔ انتقال.",
                "دسترسی آسفالته تا در ویلا.",
            ],
        ),
        fields={
            "land_size": size,
            "size": built,
            "rooms": "سه",
            "year": random.choice([1392, 1396, 1400, 1403]),
            "parking": True,
            "deed_type": "تک‌برگ",
        },
        picture_kind="villa",
        picture_count=3,
        price_tomans=rounded(price * 1.6),
    )


def presale(random: Random) -> SeedPost:
    at = place(random)
    project = random.choice(["نیلوفر", "آرامش", "سپهر", "باران", "آفتاب", "ترنج"])
    progress = random.choice([20, 35, 50, 70, 85])
    size = random.choice([75, 85, 95, 110])
    metre = rounded(METRE_TOMANS * at.share * 0.85, 2)
    return offer(
        random,
        category="presell",
        at=at,
        title=f"پیش‌فروش پروژهٔ {project}، {at.name}",
        description=sentences(
            random,
            [
                f"واحدهای {size} متر به بالا با پیشرفت {progress} درصد.",
                "۴۰ درصد پیش‌پرداخت، مابقی در مراحل ساخت و ۲۰ درصد هنگام تحویل.",
            ],
            [
                "قرارداد رسمی با کد رهگیری.",
                "سازندهٔ خوش‌سابقه با چند پروژهٔ تحویل‌شده.",
                "مشاعات کامل: لابی، سالن ورزش و روف‌گاردن.",
            ],
        ),
        fields={
            "project_name": f"پروژهٔ {project}",
            "project_physical_progress_percentage": progress,
            "construction_phase": "structure" if progress < 50 else "facade",
            "delivery_year": random.choice([1406, 1407]),
            "unit_types_offered": ["مسکونی"],
            "min_unit_size": size,
            "base_price_per_square_meter": metre,
            "down_payment_percentage": 40,
            "delivery_payment_percentage": 20,
        },
        picture_kind="apartment",
        picture_count=2,
    )
