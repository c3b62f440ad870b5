"""Ready-made development posts, for a developer whose marketplace has no post to copy yet.

Source: Kenar digest 2.5 (the five names); what they say is ours.
"""

from typing import Any, Literal, get_args

import msgspec

PresetName = Literal["LIGHT", "CRAFTSMEN", "MOBILE_PHONES", "APARTMENT_SELL", "SUITE_APARTMENT"]
PRESET_NAMES: tuple[PresetName, ...] = get_args(PresetName)


class Preset(msgspec.Struct, frozen=True):
    """What a development post made from nothing says."""

    category: str
    city: str
    district: str
    title: str
    description: str
    fields: dict[str, Any]


PRESETS: dict[PresetName, Preset] = {
    "LIGHT": Preset(
        category="light",
        city="tehran",
        district="sadeghiyeh",
        title="پژو ۲۰۶ تیپ ۵ سفید، کم‌کار",
        description=(
            "ماشین دست یک خانم معلم بوده و همیشه در پارکینگ خوابیده است.\n"
            "سرویس‌ها سر وقت انجام شده؛ لاستیک‌ها و باتری نو هستند.\n"
            "گلگیر عقب یک لکه رنگ دارد، باقی بدنه سالم. بازدید عصرها بعد از ساعت پنج."
        ),
        fields={
            "brand_model": "Peugeot 206 5",
            "production_year": 1396,
            "usage": 98_000,
            "color": "سفید",
            "gearbox": "manual",
            "fuel_type": "benzine",
            "body_status": "one-spot-paint",
            "front_chassis_status": "healthy",
            "back_chassis_status": "healthy",
            "engine_status": "healthy",
            "third_party_insurance_deadline": 7,
            "price": 690_000_000,
        },
    ),
    "CRAFTSMEN": Preset(
        category="craftsmen",
        city="tehran",
        district="gholhak",
        title="لوله‌کشی و رفع نشتی در کمتر از یک ساعت",
        description=(
            "پانزده سال سابقهٔ لوله‌کشی ساختمان، نصب شیرآلات و رفع نشتی بدون تخریب.\n"
            "پیش از شروع کار، هزینه را دقیق می‌گوییم و کار را شش ماه ضمانت می‌کنیم.\n"
            "شمال و مرکز تهران را پوشش می‌دهیم."
        ),
        fields={
            "expertise_ids": ["plumbing", "cooler-service"],
            "experience_years": 15,
            "works_24_7": False,
            "work_on_holidays": True,
            "work_hours_start": 8,
            "work_hours_end": 22,
            "price_mode": "توافقی",
        },
    ),
    "MOBILE_PHONES": Preset(
        category="mobile-phones",
        city="tehran",
        district="jordan",
        title="گلکسی A55 با گارانتی و جعبه، در حد نو",
        description=(
            "چهار ماه کار کرده و همیشه با قاب و محافظ صفحه بوده است؛ خط و خش ندارد.\n"
            "رجیستری شده، سلامت باتری کامل، با جعبه و کابل اصلی و ۱۴ ماه گارانتی.\n"
            "تحویل حضوری، با امکان بررسی پیش از خرید."
        ),
        fields={
            "brand_model": "samsung galaxy a55",
            "status": "like-new",
            "color": "navy-blue",
            "internal_storage": "256GB",
            "ram_memory": "8GB",
            "sim_card_slot": "2",
            "originality": "original",
            "price": 24_500_000,
            "exchange": False,
        },
    ),
    "APARTMENT_SELL": Preset(
        category="apartment-sell",
        city="tehran",
        district="amir-abad",
        title="آپارتمان ۹۲ متری دو خوابه، نورگیر و آرام",
        description=(
            "طبقهٔ سوم از پنج طبقه، دو خواب با کمد دیواری و آشپزخانهٔ بازسازی‌شده.\n"
            "هال رو به حیاط است و تمام روز نور دارد. پارکینگ بدون مزاحم و انباری سندی.\n"
            "تا ایستگاه مترو پنج دقیقه پیاده. بازدید با هماهنگی قبلی."
        ),
        fields={
            "size": 92,
            "rooms": "دو",
            "year": 1395,
            "floor": 3,
            "floors_count": 5,
            "elevator": "دارد",
            "parking": "دارد",
            "warehouse": "دارد",
            "balcony": "دارد",
            "heating_cooling_system": ["کولر آبی", "پکیج"],
            "price": 11_800_000_000,
        },
    ),
    "SUITE_APARTMENT": Preset(
        category="suite-apartment",
        city="tehran",
        district="elahiyeh",
        title="سوئیت مبلهٔ تمیز برای اقامت کوتاه",
        description=(
            "سوئیت ۵۵ متری مبله با آشپزخانهٔ کامل، اینترنت پرسرعت و ملحفهٔ تمیز.\n"
            "مناسب سفر کاری و خانوادهٔ کوچک؛ فروشگاه و رستوران در همان خیابان.\n"
            "تحویل کلید در هر ساعت شبانه‌روز با هماهنگی."
        ),
        fields={
            "size": 55,
            "rooms": "یک",
            "regular_person_capacity": 2,
            "extra_person_capacity": 2,
            "daily_rent": 2_400_000,
            "price_weekends": 2_900_000,
            "price_special_days": 3_600_000,
            "price_cost_per_extra_person": 450_000,
            "minimum_stay": 2,
            "check_in_time": "14:00",
            "check_out_time": "12:00",
            "comfort_amenities": ["اینترنت_پرسرعت", "تلویزیون", "یخچال", "ملحفه_تمیز"],
            "heating_cooling_system": ["اسپلیت", "پکیج"],
            "pets_allowed": "no",
            "house_rules": "استعمال دخانیات در سوئیت ممنوع است.",
        },
    ),
}
