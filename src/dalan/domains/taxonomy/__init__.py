"""Where a post belongs and what it may say: categories, places, models and submit forms.

The room owns the enumerations every surface offers as assets and the one check that
decides whether a post's category fields are acceptable. It is in memory, read lazily from
the files in ``data/`` on first use, and never changes while the process lives.
"""

from dalan.domains.taxonomy.catalogue import (
    ancestors,
    body_statuses,
    brand_models,
    categories,
    category,
    chassis_statuses,
    children,
    cities,
    city,
    colors,
    descendants,
    district,
    districts,
    districts_of,
    internal_storages,
    major_cities,
    ram_memories,
    service_types,
    top_level,
)
from dalan.domains.taxonomy.checking import check_fields
from dalan.domains.taxonomy.describing import describe_fields
from dalan.domains.taxonomy.errors import (
    AssetNotPublished,
    FieldProblem,
    InvalidFields,
    NotALeafCategory,
    UnknownCategory,
    UnknownCity,
    UnknownDistrict,
)
from dalan.domains.taxonomy.forms import schema_as_json, submit_schema
from dalan.domains.taxonomy.terms import (
    Category,
    City,
    District,
    Field,
    FieldLine,
    Option,
    SubmitSchema,
)

__all__ = [
    "AssetNotPublished",
    "Category",
    "City",
    "District",
    "Field",
    "FieldLine",
    "FieldProblem",
    "InvalidFields",
    "NotALeafCategory",
    "Option",
    "SubmitSchema",
    "UnknownCategory",
    "UnknownCity",
    "UnknownDistrict",
    "ancestors",
    "body_statuses",
    "brand_models",
    "categories",
    "category",
    "chassis_statuses",
    "check_fields",
    "children",
    "cities",
    "city",
    "colors",
    "descendants",
    "describe_fields",
    "district",
    "districts",
    "districts_of",
    "internal_storages",
    "major_cities",
    "ram_memories",
    "schema_as_json",
    "service_types",
    "submit_schema",
    "top_level",
]
