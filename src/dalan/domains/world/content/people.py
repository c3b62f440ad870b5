"""The people who live in a furnished world; their numbers are plainly made up."""

from msgspec import Struct


class Person(Struct, frozen=True):
    """``key`` names the person in code and tests; ``phone`` is in E.164."""

    key: str
    name: str
    phone: str
    city: str
    about: str


PEOPLE = (
    Person(
        "sara", "سارا محمدی", "+989120000001", "tehran", "می‌فروشد و می‌خرد؛ کسی که با او وارد می‌شوید"
    ),
    Person("reza", "رضا کریمی", "+989120000002", "tehran", "مشاور املاک"),
    Person("maryam", "مریم احمدی", "+989120000003", "isfahan", "فروشندهٔ لوازم خانگی"),
    Person("hossein", "حسین رضایی", "+989120000004", "mashhad", "نمایشگاه خودرو"),
    Person("niloofar", "نیلوفر صادقی", "+989120000005", "shiraz", "معلم و طراح"),
    Person("ali", "علی حسینی", "+989120000006", "rasht", "تعمیرکار و سازنده"),
)


def people() -> tuple[Person, ...]:
    """Six people, always the same, the main one first."""
    return PEOPLE
