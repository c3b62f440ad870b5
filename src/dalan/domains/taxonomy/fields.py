"""The fields submit forms are made of, each described once.

Names and values that the documentation shows are kept to the letter (``size``, ``rooms`` in
Persian words, ``production_year``, ``gearbox`` as ``manual``); the rest are ours in the same
manner, because the live forms are not published.
"""

from dalan.domains.taxonomy import catalogue
from dalan.domains.taxonomy.terms import Field, Option

FIXED_PRICE = "مقطوع"
PRICE_MODES = (FIXED_PRICE, "توافقی", "مجانی", "جهت معاوضه")
PRICE_TOMANS_MAX = 100_000_000_000_000


def options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(slug, display) for slug, display in pairs)


def words(*displays: str) -> tuple[Option, ...]:
    """Options whose slug is their Persian display, as the published forms have them."""
    return tuple(Option(display, display) for display in displays)


def choice(name: str, title: str, title_en: str, among: tuple[Option, ...]) -> Field:
    return Field(
        name=name,
        title=title,
        title_en=title_en,
        type="string",
        kind="choice",
        options=among,
    )


def choices(name: str, title: str, title_en: str, among: tuple[Option, ...]) -> Field:
    return Field(
        name=name,
        title=title,
        title_en=title_en,
        type="array",
        item_type="string",
        kind="choices",
        options=among,
        items_max=len(among),
    )


def number(
    name: str,
    title: str,
    title_en: str,
    unit: str = "",
    *,
    minimum: int = 0,
    maximum: int,
) -> Field:
    return Field(
        name=name,
        title=title,
        title_en=title_en,
        type="integer",
        kind="number",
        unit=unit,
        minimum=minimum,
        maximum=maximum,
    )


def money(name: str, title: str, title_en: str) -> Field:
    return Field(
        name=name,
        title=title,
        title_en=title_en,
        type="integer",
        kind="money",
        unit="تومان",
        minimum=0,
        maximum=PRICE_TOMANS_MAX,
    )


def year(name: str, title: str, title_en: str, *, minimum: int, maximum: int = 1420) -> Field:
    return Field(
        name=name,
        title=title,
        title_en=title_en,
        type="integer",
        kind="year",
        minimum=minimum,
        maximum=maximum,
    )


def flag(name: str, title: str, title_en: str) -> Field:
    return Field(name=name, title=title, title_en=title_en, type="boolean", kind="flag")


def text(name: str, title: str, title_en: str, *, length_max: int) -> Field:
    return Field(
        name=name,
        title=title,
        title_en=title_en,
        type="string",
        kind="text",
        length_max=length_max,
    )


def has_or_not(name: str, title: str, title_en: str) -> Field:
    """Published property forms ask for ``دارد`` or ``ندارد`` in words, not a boolean."""
    return choice(name, title, title_en, words("دارد", "ندارد"))


# Prices, in whole tomans as on the wire.
PRICE = money("price", "قیمت", "Price")
PRICE_MODE = choice("price_mode", "نحوهٔ قیمت‌گذاری", "Pricing", words(*PRICE_MODES))
CREDIT = money("credit", "ودیعه", "Deposit")
RENT = money("rent", "اجارهٔ ماهانه", "Monthly rent")
DAILY_RENT = money("daily_rent", "اجارهٔ روزانه", "Rent per night")

# Property.
SIZE = number("size", "متراژ", "Area", "متر", minimum=1, maximum=1_000_000)
LAND_SIZE = number("land_size", "متراژ زمین", "Land area", "متر", minimum=1, maximum=10_000_000)
ROOMS = choice(
    "rooms",
    "تعداد اتاق",
    "Rooms",
    words("بدون اتاق", "یک", "دو", "سه", "چهار", "پنج یا بیشتر"),
)
FLOOR = number("floor", "طبقه", "Floor", minimum=-5, maximum=120)
FLOORS_COUNT = number("floors_count", "تعداد طبقات", "Floors in building", minimum=1, maximum=120)
BUILT_YEAR = year("year", "سال ساخت", "Year built", minimum=1300)
ELEVATOR = has_or_not("elevator", "آسانسور", "Elevator")
PARKING = has_or_not("parking", "پارکینگ", "Parking")
WAREHOUSE = has_or_not("warehouse", "انباری", "Storage room")
BALCONY = has_or_not("balcony", "بالکن", "Balcony")
DEED = choice(
    "deed_type",
    "نوع سند",
    "Title deed",
    words("تک‌برگ", "منگوله‌دار", "قول‌نامه‌ای", "سایر"),
)
DIRECTION = choice(
    "building_direction",
    "جهت ساختمان",
    "Facing",
    words("شمالی", "جنوبی", "شرقی", "غربی"),
)
PLOT_USE = choice(
    "plot_use",
    "کاربری",
    "Land use",
    words("مسکونی", "تجاری", "اداری", "کشاورزی", "صنعتی"),
)
HEATING_COOLING = choices(
    "heating_cooling_system",
    "سرمایش و گرمایش",
    "Heating and cooling",
    words("کولر آبی", "کولر گازی", "پکیج", "شوفاژ", "اسپلیت", "گرمایش از کف", "بخاری"),
)

# Short-term rent.
COMFORT_AMENITIES = choices(
    "comfort_amenities",
    "امکانات رفاهی",
    "Amenities",
    options(
        ("اینترنت_پرسرعت", "اینترنت پرسرعت"),
        ("تلویزیون", "تلویزیون"),
        ("یخچال", "یخچال"),
        ("اجاق_گاز", "اجاق گاز"),
        ("لباسشویی", "ماشین لباسشویی"),
        ("لوازم_آشپزی", "لوازم آشپزی"),
        ("ملحفه_تمیز", "ملحفه و حولهٔ تمیز"),
        ("پارکینگ_اختصاصی", "پارکینگ اختصاصی"),
        ("استخر", "استخر"),
        ("باربیکیو", "باربیکیو"),
        ("بالکن", "بالکن"),
        ("آسانسور", "آسانسور"),
    ),
)
PERSON_CAPACITY = number(
    "regular_person_capacity", "ظرفیت پایه", "Guests", "نفر", minimum=1, maximum=100
)
EXTRA_PERSON_CAPACITY = number(
    "extra_person_capacity", "ظرفیت اضافه", "Extra guests", "نفر", maximum=100
)
PRICE_WEEKENDS = money("price_weekends", "اجارهٔ آخر هفته", "Rent per weekend night")
PRICE_SPECIAL_DAYS = money("price_special_days", "اجارهٔ روزهای خاص", "Rent per holiday night")
PRICE_EXTRA_PERSON = money(
    "price_cost_per_extra_person", "هزینهٔ هر نفر اضافه", "Cost per extra guest"
)
MINIMUM_STAY = number("minimum_stay", "حداقل اقامت", "Minimum stay", "شب", minimum=1, maximum=365)
CHECK_IN = text("check_in_time", "ساعت تحویل", "Check-in", length_max=5)
CHECK_OUT = text("check_out_time", "ساعت تخلیه", "Check-out", length_max=5)
PETS_ALLOWED = choice(
    "pets_allowed",
    "پذیرش حیوان خانگی",
    "Pets",
    options(("yes", "مجاز است"), ("no", "مجاز نیست"), ("with-agreement", "با هماهنگی")),
)
HOUSE_RULES = text("house_rules", "مقررات اقامتگاه", "House rules", length_max=1000)

# Presale.
PROJECT_NAME = text("project_name", "نام پروژه", "Project", length_max=100)
DEVELOPER_NAME = text("developer_company_name", "نام سازنده", "Developer", length_max=100)
PROGRESS = number(
    "project_physical_progress_percentage",
    "پیشرفت فیزیکی",
    "Progress",
    "درصد",
    maximum=100,
)
CONSTRUCTION_PHASE = choice(
    "construction_phase",
    "مرحلهٔ ساخت",
    "Construction phase",
    options(
        ("permit", "اخذ پروانه و آماده‌سازی زمین"),
        ("excavation", "گودبرداری"),
        ("foundation", "فونداسیون"),
        ("structure", "اسکلت"),
        ("masonry", "سفت‌کاری"),
        ("facade", "نماسازی"),
        ("interior", "نازک‌کاری"),
        ("final-delivery", "آمادهٔ تحویل"),
    ),
)
DELIVERY_YEAR = year("delivery_year", "سال تحویل", "Delivery year", minimum=1404)
UNIT_TYPES = choices(
    "unit_types_offered",
    "نوع واحدها",
    "Kinds of unit",
    words("مسکونی", "تجاری", "اداری"),
)
UNIT_SIZE_MIN = number(
    "min_unit_size",
    "حداقل متراژ واحد",
    "Smallest unit",
    "متر",
    minimum=1,
    maximum=100_000,
)
PRICE_PER_METRE = money("base_price_per_square_meter", "قیمت پایهٔ هر متر", "Price per square metre")
DOWN_PAYMENT = number("down_payment_percentage", "پیش‌پرداخت", "Down payment", "درصد", maximum=100)
DELIVERY_PAYMENT = number(
    "delivery_payment_percentage",
    "پرداخت هنگام تحویل",
    "Due at delivery",
    "درصد",
    maximum=100,
)

# Vehicles.
PRODUCTION_YEAR = year("production_year", "سال تولید", "Model year", minimum=1300)
USAGE = number("usage", "کارکرد", "Mileage", "کیلومتر", maximum=2_000_000)
GEARBOX = choice(
    "gearbox",
    "گیربکس",
    "Gearbox",
    options(("manual", "دنده‌ای"), ("automatic", "اتوماتیک")),
)
FUEL = choice(
    "fuel_type",
    "نوع سوخت",
    "Fuel",
    options(
        ("benzine", "بنزینی"),
        ("bi-fuel", "دوگانه‌سوز"),
        ("hybrid", "هیبریدی"),
        ("diesel", "دیزلی"),
        ("electric", "برقی"),
    ),
)
INSURANCE_MONTHS = number(
    "third_party_insurance_deadline",
    "مهلت بیمهٔ شخص ثالث",
    "Insurance left",
    "ماه",
    maximum=12,
)
ENGINE_STATUS = choice(
    "engine_status",
    "وضعیت موتور",
    "Engine",
    options(
        ("healthy", "سالم"),
        ("needs-repair", "نیاز به تعمیر"),
        ("replaced", "تعویض شده"),
    ),
)
VEHICLE_BRAND = text("brand", "برند و مدل", "Make and model", length_max=60)

# Goods.
STATUS = choice(
    "status",
    "وضعیت",
    "Condition",
    options(("new", "نو"), ("like-new", "در حد نو"), ("used", "کارکرده")),
)
ORIGINALITY = choice(
    "originality",
    "اصالت برند",
    "Authenticity",
    options(("original", "اصل"), ("copy", "غیر اصل")),
)
SIM_SLOTS = choice("sim_card_slot", "تعداد سیم‌کارت", "SIM slots", options(("1", "یک"), ("2", "دو")))
BRAND = text("brand", "برند", "Brand", length_max=60)
MODEL = text("model", "مدل", "Model", length_max=60)
PROCESSOR = text("processor", "پردازنده", "Processor", length_max=60)
OPERATING_SYSTEM = choice(
    "os",
    "سیستم‌عامل",
    "Operating system",
    options(
        ("windows", "ویندوز"),
        ("macos", "مک"),
        ("linux", "لینوکس"),
        ("android", "اندروید"),
        ("ios", "آی‌اواس"),
        ("none", "بدون سیستم‌عامل"),
    ),
)
SCREEN_SIZE = Field(
    name="screen_size",
    title="اندازهٔ صفحه‌نمایش",
    title_en="Screen size",
    type="float",
    kind="number",
    unit="اینچ",
    minimum=1,
    maximum=150,
)
EXCHANGE = flag("exchange", "مایل به معاوضه", "Open to exchange")

# Services and jobs.
WORKS_24_7 = flag("works_24_7", "شبانه‌روزی", "Open day and night")
WORK_ON_HOLIDAYS = flag("work_on_holidays", "کار در روزهای تعطیل", "Works on holidays")
WORK_HOURS_START = number("work_hours_start", "شروع کار", "Opens at", "ساعت", maximum=24)
WORK_HOURS_END = number("work_hours_end", "پایان کار", "Closes at", "ساعت", maximum=24)
EXPERIENCE_YEARS = number("experience_years", "سابقهٔ کار", "Experience", "سال", maximum=80)
COOPERATION = choice(
    "cooperation_type",
    "نوع همکاری",
    "Kind of work",
    words("تمام‌وقت", "پاره‌وقت", "دورکاری", "پروژه‌ای", "کارآموزی"),
)
SALARY = money("salary", "حقوق ماهانه", "Monthly salary")
SOCIAL_INSURANCE = has_or_not("social_security_insurance", "بیمهٔ تأمین اجتماعی", "Insurance")
GENDER = choice("gender", "جنسیت", "Gender", words("آقا", "خانم", "تفاوتی ندارد"))

# Community, tickets and animals.
EVENT_DATE = text("event_date", "تاریخ برگزاری", "Date", length_max=40)
REWARD = money("reward", "مژدگانی", "Reward")
AGE_MONTHS = number("age_months", "سن", "Age", "ماه", maximum=600)


def light_brand_model() -> Field:
    return choice("brand_model", "برند و مدل", "Make and model", _models("light"))


def phone_brand_model() -> Field:
    return choice("brand_model", "برند و مدل", "Brand and model", _models("mobile-phones"))


def _models(category_slug: str) -> tuple[Option, ...]:
    # ROOT means any model: a filter, not something one can own.
    return tuple(model for model in catalogue.brand_models(category_slug) if model.slug != "ROOT")


def color(category_slug: str) -> Field:
    return choice("color", "رنگ", "Color", catalogue.colors(category_slug))


def body_status() -> Field:
    return choice("body_status", "وضعیت بدنه", "Body", catalogue.body_statuses())


def front_chassis_status() -> Field:
    return choice(
        "front_chassis_status",
        "شاسی جلو",
        "Front chassis",
        catalogue.chassis_statuses(),
    )


def back_chassis_status() -> Field:
    return choice("back_chassis_status", "شاسی عقب", "Rear chassis", catalogue.chassis_statuses())


def internal_storage() -> Field:
    return choice(
        "internal_storage",
        "حافظهٔ داخلی",
        "Internal storage",
        catalogue.internal_storages(),
    )


def ram_memory() -> Field:
    return choice("ram_memory", "حافظهٔ RAM", "RAM", catalogue.ram_memories())
