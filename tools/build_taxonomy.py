"""Make the taxonomy room's data files from the published facts and our own additions.

    python -m tools.build_taxonomy ASSETS_JSON OUT_FOLDER

``ASSETS_JSON`` is the reference snapshot of the published enumerations; ``OUT_FOLDER`` is
``src/dalan/domains/taxonomy/data``. What nobody publishes comes from ``taxonomy_ours.py``.
The same input always gives the same bytes.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from tools import taxonomy_ours as ours

Entry = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("assets", type=Path, help="the reference snapshot, kenar-assets.json")
    parser.add_argument("out", type=Path, help="folder the data files are written to")
    arguments = parser.parse_args()

    published = json.loads(arguments.assets.read_text(encoding="utf-8"))["assets"]
    files = {
        "categories": categories(published),
        "cities": cities(published),
        "districts": districts(published),
        "brand_models": {
            "light": options(published["brand_models_light"]),
            "mobile-phones": phone_models(),
        },
        "colors": {
            "light": options(published["colors_light"]),
            "mobile-phones": [
                {"slug": slug, "display": display} for slug, display in ours.PHONE_COLORS
            ],
        },
        "options": {
            "body_statuses": options(published["body_statuses"]),
            "chassis_statuses": options(published["chassis_statuses"]),
            "internal_storages": options(published["internal_storages"]),
            "ram_memories": options(published["ram_memories"]),
            "service_types": service_types(published),
        },
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        (arguments.out / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def options(entries: list[Entry]) -> list[Entry]:
    return [{"slug": entry["slug"], "display": entry["display"].strip()} for entry in entries]


def categories(published: Entry) -> list[Entry]:
    return [
        {
            "slug": entry["slug"],
            "title": entry["title"],
            "title_en": ours.CATEGORY_ENGLISH.get(entry["slug"])
            or _capitalized(entry["slug"].replace("-", " ")),
            "display": entry["display"],
            "parent": entry["parent"],
            "level": entry["level"],
            "leaf": entry["leaf"],
        }
        for entry in published["categories"]
    ]


def _capitalized(words: str) -> str:
    return words[:1].upper() + words[1:]


def cities(published: Entry) -> Entry:
    province_of = {
        slug: province for province, slugs in ours.PROVINCE_CITIES.items() for slug in slugs.split()
    }
    known = {entry["slug"] for entry in published["cities"]}
    if strangers := province_of.keys() - known:
        raise SystemExit(f"taxonomy_ours names cities that are not published: {sorted(strangers)}")
    return {
        "cities": [
            entry | {"province": province_of.get(entry["slug"], "")}
            for entry in options(published["cities"])
        ],
        "major": published["major_cities"],
    }


def districts(published: Entry) -> list[Entry]:
    starts = dict(ours.DISTRICT_BLOCKS)
    city = ""
    placed = []
    for entry in options(published["districts"]):
        city = starts.pop(entry["slug"], city)
        placed.append(entry | {"city": city})
    if starts:
        raise SystemExit(f"taxonomy_ours starts blocks at unknown districts: {sorted(starts)}")
    return placed


def phone_models() -> list[Entry]:
    models = [{"slug": "ROOT", "display": "همه‌ی برندها"}]
    for brand, (display, names) in ours.PHONE_MODELS.items():
        models.append({"slug": brand, "display": display})
        models += [
            {"slug": f"{brand} {name.lower()}", "display": f"{display} {name}"}
            for name in names.split(", ")
        ]
    return [*models, {"slug": "other", "display": "سایر"}]


def service_types(published: Entry) -> list[Entry]:
    slugs = [entry["slug"] for entry in published["service_types"]]
    if missing := set(slugs) - ours.SERVICE_TYPES.keys():
        raise SystemExit(f"taxonomy_ours does not name these service types: {sorted(missing)}")
    return [{"slug": slug, "display": ours.SERVICE_TYPES[slug]} for slug in slugs]


if __name__ == "__main__":
    main()
