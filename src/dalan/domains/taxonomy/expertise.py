"""What a provider in each category of services can say they are good at. All of it ours."""

from dalan.domains.taxonomy.fields import choices, options
from dalan.domains.taxonomy.terms import Field, Option

EXPERTISES: dict[str, tuple[Option, ...]] = {
    "car-and-motor": options(
        ("mechanic", "مکانیکی"),
        ("car-body", "صافکاری و نقاشی"),
        ("car-electric", "برق خودرو"),
        ("tow", "امداد و یدک‌کش"),
        ("car-wash", "کارواش و دیتیلینگ"),
        ("tire", "پنچرگیری و آپاراتی"),
        ("car-inspection", "کارشناسی خودرو"),
    ),
    "catering": options(
        ("catering", "کترینگ و آشپزی"),
        ("cake", "کیک و شیرینی"),
        ("venue", "باغ و تالار"),
        ("event-staff", "نیروی پذیرایی"),
        ("event-photography", "عکاسی و فیلم‌برداری مراسم"),
        ("flower", "گل‌آرایی"),
    ),
    "computer-and-mobile": options(
        ("mobile-repair", "تعمیر موبایل"),
        ("computer-repair", "تعمیر رایانه و لپ‌تاپ"),
        ("website", "طراحی سایت و اپلیکیشن"),
        ("network", "شبکه و دوربین"),
        ("graphic-design", "طراحی گرافیک"),
        ("software-install", "نصب نرم‌افزار"),
    ),
    "accounting-and-finance": options(
        ("tax", "اظهارنامه و مالیات"),
        ("bookkeeping", "دفترداری و حسابداری"),
        ("insurance", "بیمه"),
        ("legal", "مشاورهٔ حقوقی"),
        ("company-registration", "ثبت شرکت"),
    ),
    "transport": options(
        ("moving", "اسباب‌کشی و باربری"),
        ("courier", "پیک موتوری"),
        ("packing", "بسته‌بندی"),
        ("truck", "خاور و کامیون"),
        ("driver", "رانندهٔ در اختیار"),
    ),
    "craftsmen": options(
        ("plumbing", "لوله‌کشی و تخلیه چاه"),
        ("electrician", "برق‌کاری ساختمان"),
        ("painting", "نقاشی ساختمان"),
        ("tiling", "کاشی‌کاری و سرامیک"),
        ("carpentry", "نجاری و کابینت"),
        ("welding", "جوشکاری و آهنگری"),
        ("appliance-repair", "تعمیر لوازم خانگی"),
        ("cooler-service", "سرویس کولر و پکیج"),
        ("locksmith", "کلیدسازی"),
        ("renovation", "بازسازی ساختمان"),
    ),
    "beauty-and-haircare": options(
        ("hair", "کوتاهی و رنگ مو"),
        ("nail", "ناخن"),
        ("makeup", "میکاپ و شینیون"),
        ("skin", "پوست و پاکسازی"),
        ("barber", "پیرایش مردانه"),
        ("brow", "ابرو و مژه"),
    ),
    "entertainment": options(
        ("music", "موسیقی و دی‌جی"),
        ("kids-show", "برنامهٔ کودک"),
        ("game-net", "بازی و سرگرمی"),
        ("tour", "گشت و طبیعت‌گردی"),
    ),
    "cleaning": options(
        ("home-cleaning", "نظافت منزل"),
        ("office-cleaning", "نظافت شرکت و اداره"),
        ("stairs", "نظافت راه‌پله و مشاعات"),
        ("carpet-wash", "قالی‌شویی"),
        ("sofa-wash", "مبل‌شویی و خوش‌شویی"),
        ("disinfection", "سم‌پاشی و ضدعفونی"),
    ),
    "garden-and-landscaping": options(
        ("pruning", "هرس درخت"),
        ("planting", "کاشت گل و درخت"),
        ("lawn", "چمن‌کاری"),
        ("irrigation", "آبیاری قطره‌ای"),
        ("green-wall", "دیوار سبز و فضای سبز"),
    ),
    "teaching": options(
        ("school", "تدریس دروس مدرسه"),
        ("konkur", "کنکور"),
        ("language", "زبان خارجی"),
        ("university", "دروس دانشگاهی"),
        ("music-lesson", "آموزش موسیقی"),
        ("programming", "برنامه‌نویسی"),
        ("sport-lesson", "آموزش ورزش"),
    ),
}
"""What a provider in each category of services can say they are good at."""


def expertise(category_slug: str) -> Field:
    return choices("expertise_ids", "تخصص‌ها", "Skills", EXPERTISES[category_slug])
