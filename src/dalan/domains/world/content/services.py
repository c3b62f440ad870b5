"""Work on offer: craftsmen, cleaners, teachers, movers; and jobs."""

from random import Random

from msgspec import Struct

from dalan.domains.world.content.offer import SeedPost, near, offer, place, rounded, sentences


class Trade(Struct, frozen=True):
    category: str
    expertise: tuple[str, ...]
    title: str
    told: str
    picture_kind: str


TRADES = (
    Trade(
        "craftsmen",
        ("plumbing",),
        "لوله‌کشی و تخلیه چاه",
        "رفع نم و ترکیدگی با دستگاه، بدون خرابی و با ضمانت.",
        "service-repair",
    ),
    Trade(
        "craftsmen",
        ("painting",),
        "نقاشی ساختمان",
        "رنگ روغنی، پلاستیک و مولتی‌کالر با نیروی تمیزکار.",
        "service-painting",
    ),
    Trade(
        "craftsmen",
        ("electrician",),
        "برق‌کاری ساختمان",
        "رفع اتصالی، سیم‌کشی و نصب لوستر در کوتاه‌ترین زمان.",
        "service-repair",
    ),
    Trade(
        "craftsmen",
        ("appliance-repair",),
        "تعمیر لوازم خانگی",
        "تعمیر لباسشویی، ظرفشویی و یخچال در محل با قطعهٔ اصلی.",
        "appliance-washer",
    ),
    Trade(
        "craftsmen",
        ("cooler-service",),
        "سرویس پکیج و کولر",
        "سرویس دوره‌ای، شارژ گاز و رفع ایراد انواع پکیج.",
        "service-repair",
    ),
    Trade(
        "craftsmen",
        ("renovation", "tiling"),
        "بازسازی خانه و کاشی‌کاری",
        "بازسازی کامل با برآورد رایگان و قرارداد کتبی.",
        "service-painting",
    ),
    Trade(
        "cleaning",
        ("home-cleaning", "stairs"),
        "نظافت منزل و راه‌پله",
        "نیروی خانم و آقا، منظم و مطمئن، با مواد شوینده.",
        "service-cleaning",
    ),
    Trade(
        "cleaning",
        ("sofa-wash", "carpet-wash"),
        "مبل‌شویی و قالی‌شویی در محل",
        "شست‌وشو با دستگاه بخار، خشک‌شدن در همان روز.",
        "service-cleaning",
    ),
    Trade(
        "teaching",
        ("school", "konkur"),
        "تدریس خصوصی ریاضی و فیزیک",
        "جلسهٔ اول رایگان؛ حضوری و آنلاین، از هفتم تا کنکور.",
        "service-teaching",
    ),
    Trade(
        "teaching",
        ("language",),
        "آموزش زبان انگلیسی و آیلتس",
        "مکالمهٔ روان در شش ماه با مدرس باسابقه.",
        "service-teaching",
    ),
    Trade(
        "teaching",
        ("programming",),
        "آموزش برنامه‌نویسی پایتون",
        "پروژه‌محور، از صفر تا ساخت اولین وب‌سایت.",
        "laptop",
    ),
    Trade(
        "transport",
        ("moving", "packing"),
        "اسباب‌کشی و باربری",
        "کامیون‌های مسقف، کارگر ماهر و بیمهٔ بار.",
        "service-moving",
    ),
    Trade(
        "transport",
        ("courier",),
        "پیک موتوری شبانه‌روزی",
        "ارسال فوری بسته و مدارک با قیمت توافقی.",
        "service-moving",
    ),
    Trade(
        "computer-and-mobile",
        ("mobile-repair",),
        "تعمیر موبایل در محل",
        "تعویض ال‌سی‌دی و باتری با ضمانت سه‌ماهه.",
        "phone",
    ),
    Trade(
        "computer-and-mobile",
        ("website",),
        "طراحی سایت فروشگاهی",
        "طراحی اختصاصی با پشتیبانی یک‌ساله.",
        "laptop",
    ),
    Trade(
        "car-and-motor",
        ("mechanic", "car-electric"),
        "مکانیک و برق سیار خودرو",
        "باتری‌سازی و تعمیر در محل، ۲۴ ساعته.",
        "service-repair",
    ),
    Trade(
        "accounting-and-finance",
        ("tax", "bookkeeping"),
        "اظهارنامه مالیاتی و حسابداری",
        "تنظیم اظهارنامه و دفاتر برای شرکت و مشاغل.",
        "service-job",
    ),
)


def service(random: Random) -> SeedPost:
    trade = random.choice(TRADES)
    at = place(random)
    years = random.randint(3, 22)
    day_and_night = random.random() < 0.25
    fields: dict[str, object] = {
        "expertise_ids": list(trade.expertise),
        "experience_years": years,
        "works_24_7": day_and_night,
        "work_on_holidays": day_and_night or random.random() < 0.5,
    }
    if not day_and_night:
        fields |= {
            "work_hours_start": random.choice([7, 8, 9]),
            "work_hours_end": random.choice([18, 20, 21]),
        }
    return offer(
        random,
        category=trade.category,
        at=at,
        title=random.choice(
            [f"{trade.title} در {at.name}", trade.title, f"{trade.title} با {years} سال سابقه"]
        ),
        description=sentences(
            random,
            [trade.told, f"{years} سال سابقهٔ کار."],
            [
                "پاسخگویی شبانه‌روزی." if day_and_night else "پاسخگویی در ساعات کاری.",
                "مشاورهٔ اولیه رایگان.",
                "هزینه پس از پایان کار دریافت می‌شود.",
                "نمونه‌کار در گفتگو ارسال می‌شود.",
            ],
        ),
        fields=fields,
        picture_kind=trade.picture_kind,
        picture_count=1,
        negotiable=True,
    )


JOBS = (
    ("sales-marketing", "فروشندهٔ پوشاک", 24),
    ("computer-and-it", "برنامه‌نویس پایتون", 55),
    ("shop-restaurant", "باریستا و کافی‌من", 22),
    ("administration-and-hr", "مسئول دفتر", 21),
    ("accounting-finance-legal", "کمک‌حسابدار", 25),
    ("transportation", "راننده با وانت", 32),
    ("education", "مدرس زبان کودکان", 20),
    ("construction-craft", "نقشه‌کش معماری", 34),
)


def job(random: Random) -> SeedPost:
    category, role, million = random.choice(JOBS)
    at = place(random)
    cooperation = random.choices(["تمام‌وقت", "پاره‌وقت", "پروژه‌ای"], [75, 20, 5])[0]
    salary = rounded(near(random, million * 1_000_000, 0.15), 2)
    if cooperation != "تمام‌وقت":
        salary = rounded(salary * 0.55, 2)
    return offer(
        random,
        category=category,
        at=at,
        title=random.choice([f"استخدام {role}", f"{role} نیازمندیم، {at.name}"]),
        description=sentences(
            random,
            [
                f"به یک {role} به‌صورت {cooperation} نیازمندیم.",
                f"حقوق ماهانه حدود {salary // 1_000_000} میلیون تومان.",
            ],
            [
                "بیمه از روز اول.",
                "محیط کار صمیمی و منظم.",
                "پاداش فروش و عیدی جداگانه.",
                "رزومهٔ خود را در گفتگو بفرستید.",
            ],
        ),
        fields={
            "cooperation_type": cooperation,
            "salary": salary,
            "experience_years": random.randint(0, 5),
            "social_security_insurance": True,
            "gender": "تفاوتی ندارد",
        },
        picture_kind="service-job",
        picture_count=1,
    )
