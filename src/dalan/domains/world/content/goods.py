"""Phones, computers, furniture and what else stands in a house."""

from random import Random

from msgspec import Struct

from dalan.domains import taxonomy
from dalan.domains.world.content.offer import SeedPost, near, offer, place, rounded, sentences


class Phone(Struct, frozen=True):
    slug: str
    """As our list of phones has it."""
    million_tomans: float
    """New, in its box."""
    ram: str
    storages: tuple[str, ...] = ("128GB", "256GB")


PHONES = (
    Phone("apple iphone 16 pro max", 245, "8GB", ("256GB", "512GB")),
    Phone("apple iphone 16", 165, "8GB"),
    Phone("apple iphone 15 pro max", 195, "8GB", ("256GB", "512GB")),
    Phone("apple iphone 15", 138, "6GB"),
    Phone("apple iphone 14", 112, "6GB"),
    Phone("apple iphone 13 pro", 120, "6GB"),
    Phone("apple iphone 13", 95, "4GB"),
    Phone("apple iphone 12", 68, "4GB", ("64GB", "128GB")),
    Phone("apple iphone 11", 50, "4GB", ("64GB", "128GB")),
    Phone("samsung galaxy s24 ultra", 138, "12GB", ("256GB", "512GB")),
    Phone("samsung galaxy s23 ultra", 104, "12GB", ("256GB", "512GB")),
    Phone("samsung galaxy s23 fe", 58, "8GB"),
    Phone("samsung galaxy a55", 46, "8GB"),
    Phone("samsung galaxy a54", 35, "8GB"),
    Phone("samsung galaxy a35", 34, "8GB"),
    Phone("samsung galaxy a16", 18, "6GB"),
    Phone("samsung galaxy a15", 16, "6GB"),
    Phone("samsung galaxy a52", 20, "8GB"),
    Phone("xiaomi redmi note 13 pro", 29, "8GB", ("256GB",)),
    Phone("xiaomi redmi note 13", 20, "8GB"),
    Phone("xiaomi redmi note 12", 16, "8GB"),
    Phone("xiaomi 14t pro", 72, "12GB", ("256GB", "512GB")),
    Phone("poco x6 pro", 36, "12GB", ("256GB", "512GB")),
    Phone("poco f5", 33, "12GB", ("256GB",)),
    Phone("honor x9b", 27, "12GB", ("256GB",)),
    Phone("huawei nova 9", 18, "8GB"),
    Phone("nothing phone 2a", 38, "8GB"),
    Phone("google pixel 8 pro", 82, "12GB"),
)
CONDITIONS = {
    "new": ("نو، آکبند", 1.0),
    "like-new": ("در حد نو", 0.88),
    "used": ("کارکردهٔ تمیز", 0.72),
}
PHONE_COLORS = ("black", "white", "blue", "green", "gray", "gold", "purple", "titanium")


def phone(random: Random) -> SeedPost:
    model = random.choice(PHONES)
    display = next(
        option.display
        for option in taxonomy.brand_models("mobile-phones")
        if option.slug == model.slug
    )
    status = random.choices(["new", "like-new", "used"], [20, 35, 45])[0]
    condition, share = CONDITIONS[status]
    storage = random.choice(model.storages)
    gigabytes = storage.removesuffix("GB")
    color = random.choice(PHONE_COLORS)
    color_said = next(
        option.display for option in taxonomy.colors("mobile-phones") if option.slug == color
    )
    worth = model.million_tomans * 1_000_000 * share
    if storage != model.storages[0]:
        worth *= 1.1
    battery = random.randint(80, 98)
    apple = model.slug.startswith("apple")
    return offer(
        random,
        category="mobile-phones",
        at=place(random),
        title=random.choice(
            [
                f"{display} {gigabytes} گیگ",
                f"{display}، {condition}",
                f"گوشی {display} {color_said}",
            ]
        ),
        description=sentences(
            random,
            [
                f"{display}، حافظهٔ {gigabytes} گیگابایت، رنگ {color_said}، {condition}.",
                "رجیستر شده و با جعبه و لوازم اصلی."
                if status != "used"
                else "رجیستر شده، بدون تعمیر و آب‌خوردگی.",
            ],
            [
                f"سلامت باتری {battery} درصد است."
                if apple and status != "new"
                else "باتری یک روز کامل شارژ نگه می‌دارد.",
                "قاب و گلس هدیه می‌دهم.",
                "تحویل حضوری و تست کامل.",
                "دلیل فروش خرید گوشی جدید است.",
                "تخفیف جزئی پای معامله.",
            ],
        ),
        fields={
            "brand_model": model.slug,
            "status": status,
            "color": color,
            "internal_storage": storage,
            "ram_memory": model.ram,
            "sim_card_slot": "1" if apple else "2",
            "originality": "original",
            "exchange": random.random() < 0.25,
        },
        picture_kind="phone",
        picture_colour=color,
        picture_count=random.randint(1, 3),
        price_tomans=rounded(near(random, worth, 0.05)),
        negotiable=random.random() < 0.06,
    )


LAPTOPS = (
    ("ایسوس", "VivoBook 15", "Core i5 1235U", "16GB", "512GB", 15.6, "windows", 62),
    ("ایسوس", "TUF Gaming F15", "Core i7 12700H", "16GB", "1TB", 15.6, "windows", 118),
    ("لنوو", "IdeaPad 3", "Core i3 1115G4", "8GB", "256GB", 15.6, "windows", 38),
    ("لنوو", "Legion 5", "Ryzen 7 6800H", "16GB", "1TB", 15.6, "windows", 125),
    ("اپل", "MacBook Air M2", "Apple M2", "8GB", "256GB", 13.6, "macos", 98),
    ("اپل", "MacBook Pro M3", "Apple M3 Pro", "18GB", "512GB", 14.2, "macos", 210),
    ("اچ‌پی", "ProBook 450 G8", "Core i5 1135G7", "8GB", "512GB", 15.6, "windows", 52),
    ("دل", "Latitude 5420", "Core i7 1165G7", "16GB", "512GB", 14.0, "windows", 58),
    ("ایسر", "Aspire 5", "Core i5 1135G7", "8GB", "512GB", 15.6, "none", 44),
)


def laptop(random: Random) -> SeedPost:
    brand, model, cpu, ram, storage, inches, system, million = random.choice(LAPTOPS)
    status = random.choices(["new", "like-new", "used"], [10, 45, 45])[0]
    condition, share = CONDITIONS[status]
    return offer(
        random,
        category="laptops",
        at=place(random),
        title=random.choice([f"لپ‌تاپ {brand} {model}", f"لپ‌تاپ {brand} {model} {condition}"]),
        description=sentences(
            random,
            [
                f"لپ‌تاپ {brand} {model} با پردازندهٔ {cpu}، رم {ram} و حافظهٔ {storage}.",
                f"وضعیت: {condition}. صفحه‌نمایش {inches} اینچ.",
            ],
            [
                "باتری سالم، حدود چهار ساعت شارژ.",
                "کیف و شارژر اصلی همراه دستگاه.",
                "مناسب کار اداری و دانشجویی.",
                "هفت روز مهلت تست می‌دهم.",
            ],
        ),
        fields={
            "brand": brand,
            "model": model,
            "status": status,
            "processor": cpu,
            "ram_memory": ram,
            "internal_storage": storage,
            "screen_size": inches,
            "os": system,
        },
        picture_kind="laptop",
        picture_count=random.randint(1, 2),
        price_tomans=rounded(near(random, million * 1_000_000 * share, 0.07)),
    )


class Thing(Struct, frozen=True):
    category: str
    title: str
    told: str
    million_tomans: float
    picture_kind: str
    brand: str = ""


THINGS = (
    Thing(
        "furniture",
        "مبل راحتی ۷ نفره",
        "مبل هفت نفره با اسکلت چوب روس و پارچهٔ قابل شست‌وشو.",
        48,
        "furniture-sofa",
    ),
    Thing(
        "furniture",
        "مبل ال کرم شیک",
        "مبل ال با عسلی ست، ابعاد ۲۸۰ در ۲۰۰ سانتی‌متر.",
        56,
        "furniture-sofa",
    ),
    Thing(
        "furniture",
        "کاناپهٔ تخت‌شو دونفره",
        "کاناپهٔ تخت‌شو با جای لحاف، مناسب خانهٔ کوچک.",
        21,
        "furniture-sofa",
    ),
    Thing(
        "dining-table",
        "میز ناهارخوری ۶ نفره",
        "میز و شش صندلی چوب راش با روکش پارچه‌ای.",
        38,
        "furniture-table",
    ),
    Thing(
        "dining-table",
        "ناهارخوری چهارنفرهٔ جمع‌وجور",
        "میز چهارنفره با رویهٔ ام‌دی‌اف ضدخش.",
        16,
        "furniture-table",
    ),
    Thing(
        "bed-service",
        "سرویس خواب دونفره کامل",
        "تخت ۱۶۰، دو پاتختی و میز آرایش با آینه.",
        45,
        "furniture-bed",
    ),
    Thing(
        "bed-service", "تخت یک‌نفره با تشک", "تخت یک‌نفرهٔ کشودار همراه تشک طبی.", 14, "furniture-bed"
    ),
    Thing(
        "refrigerator-freezer",
        "یخچال فریزر دوقلو",
        "یخچال دوقلوی ۵۰ فوت، بدون برفک و کم‌صدا.",
        85,
        "appliance-fridge",
        "هیمالیا",
    ),
    Thing(
        "refrigerator-freezer",
        "یخچال بالا فریزر",
        "یخچال سالم و تمیز، مناسب خانوادهٔ سه‌نفره.",
        26,
        "appliance-fridge",
        "امرسان",
    ),
    Thing(
        "washing-machines",
        "ماشین لباسشویی ۸ کیلویی",
        "لباسشویی ۸ کیلویی با ۱۵ برنامهٔ شست‌وشو.",
        34,
        "appliance-washer",
        "ال‌جی",
    ),
    Thing(
        "washing-machines",
        "لباسشویی ۷ کیلویی سالم",
        "بدون تعمیر، تسمه و لاستیک درب سالم.",
        19,
        "appliance-washer",
        "اسنوا",
    ),
    Thing(
        "tv-projector",
        "تلویزیون ۵۵ اینچ ۴K",
        "تلویزیون هوشمند ۵۵ اینچ با کنترل جادویی.",
        42,
        "television",
        "سامسونگ",
    ),
    Thing(
        "tv-projector",
        "تلویزیون ۴۳ اینچ ال‌جی",
        "تلویزیون ۴۳ اینچ فول‌اچ‌دی، پنل سالم.",
        22,
        "television",
        "ال‌جی",
    ),
    Thing("bicycle", "دوچرخهٔ ۲۶ دنده‌ای", "دوچرخهٔ کوهستان سایز ۲۶ با ترمز دیسکی.", 15, "bicycle"),
    Thing("bicycle", "دوچرخهٔ شهری سالم", "دوچرخهٔ شهری کم‌استفاده، تازه سرویس شده.", 11, "bicycle"),
    Thing(
        "desk", "میز تحریر با قفسه", "میز تحریر چوبی با قفسهٔ کتاب و کشوی قفل‌دار.", 7.5, "generic"
    ),
    Thing(
        "toolbox",
        "جعبه ابزار کامل با دریل",
        "دریل شارژی، آچار بکس و پیچ‌گوشتی‌ها در یک جعبه.",
        9.5,
        "service-repair",
    ),
    Thing(
        "educational",
        "کتاب‌های کنکور ریاضی",
        "پانزده جلد کتاب کمک‌درسی، اکثراً بدون نوشته.",
        1.8,
        "service-teaching",
    ),
    Thing(
        "carpet",
        "فرش ۹ متری کاشان",
        "فرش ماشینی ۷۰۰ شانه، نقشهٔ افشان، بدون لک.",
        18,
        "furniture-sofa",
    ),
    Thing(
        "childrens-clothing-and-shoe",
        "لباس نوزادی ۱۰ تکه",
        "ده تکه لباس نوزادی پنبه‌ای، سایز صفر تا شش ماه.",
        1.2,
        "generic",
    ),
    Thing("watches", "ساعت مچی کلاسیک", "ساعت مردانهٔ بند چرمی همراه جعبه.", 4.5, "generic"),
)


def household(random: Random) -> SeedPost:
    thing = random.choice(THINGS)
    status = random.choices(["new", "like-new", "used"], [12, 43, 45])[0]
    condition, share = CONDITIONS[status]
    fields: dict[str, object] = {"status": status}
    if thing.brand:
        fields["brand"] = thing.brand
    return offer(
        random,
        category=thing.category,
        at=place(random),
        title=random.choice([thing.title, f"{thing.title}، {condition}"]),
        description=sentences(
            random,
            [thing.told, f"وضعیت: {condition}."],
            [
                "به‌دلیل جابه‌جایی می‌فروشم.",
                "حمل با خریدار است.",
                "بازدید عصرها بعد از ساعت ۱۸.",
                "عکس‌ها مربوط به خود کالاست.",
                "تخفیف پای معامله.",
            ],
        ),
        fields=fields,
        picture_kind=thing.picture_kind,
        picture_count=random.randint(1, 2),
        price_tomans=rounded(near(random, thing.million_tomans * 1_000_000 * share, 0.1), 2),
        negotiable=random.random() < 0.15,
    )
