"""Whatever an app sends is read or refused with the name of a field; nothing else is raised."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalan.domains import addons
from dalan.domains.addons import generation_one
from dalan.domains.addons.reading import camel_case
from dalan.domains.addons.widgets import KINDS

WORDS = sorted(
    {
        *KINDS,
        *(field for kind in KINDS.values() for field in kind.__struct_fields__),
        *addons.Action.__struct_fields__,
        *addons.generation_one.TYPES,
        *("widgets", "widget_list", "widget_type", "data", "semantic", "semantic_paths", "notes"),
        *("type", "payload", "fallback_link", "url", "link", "button", "icon", "indicator_icon"),
        *("section_color", "value", "VIN", "semantic_sensitives", "post_token", "image_url"),
        *("LOAD_WEB_VIEW_PAGE", "https://a.example/", "SUCCESS_PRIMARY", "logo", "items.title"),
    }
)
words = st.sampled_from([*WORDS, *(camel_case(word) for word in WORDS)])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | words,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words | st.text(), inner, max_size=6)
    ),
    max_leaves=25,
)
widget_values = st.dictionaries(
    st.sampled_from([*KINDS, "semantic_paths"]),
    st.dictionaries(words, json_values, max_size=8) | json_values,
    max_size=2,
)
old_widgets = st.fixed_dictionaries(
    {
        "widget_type": st.sampled_from(generation_one.TYPES),
        "data": st.dictionaries(words, json_values),
    }
)
bodies = json_values | st.fixed_dictionaries(
    {"widgets": st.lists(widget_values | old_widgets, max_size=4)},
    optional={"semantic": json_values, "notes": json_values},
)


@pytest.mark.parametrize("generation", [1, 3])
@settings(max_examples=150, deadline=None)
@given(body=bodies)
def test_read_any_body_reads_it_or_names_the_field(generation, body):
    try:
        read = addons.read_submission(body, generation=generation)
    except addons.InvalidAddon:
        return

    stored = msgspec.json.decode(msgspec.json.encode(read.widgets))
    again = addons.read_submission({"widgets": stored})
    assert again.widgets == read.widgets or read.generation == 1
    assert len(addons.filled(read.widgets)) == len(read.widgets)
    assert len(generation_one.written(read.widgets)) == len(read.widgets)
