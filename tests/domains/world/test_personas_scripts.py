"""Scripts of personas: what is read, and what is said of what cannot be."""

import pytest

from dalan.domains.world import personas


def test_every_kind_of_step_is_read():
    steps = personas.read_script(
        """
        # somebody who means it
        - say: "سلام: هنوز هست؟"
        - offer: 80%
        - wait_for: reply within 30
        - press: پرداخت
        - press
        - pay: 500_000
        - pay: anything
        - decline
        - pause: 2
        - block
        - unblock
        - report: fraud
        - revoke
        - revoke: an-app
        """
    )

    assert [one.line for one in steps] == [
        "- say: سلام: هنوز هست؟",
        "- offer: 80",
        "- wait_for: reply within 30",
        "- press: پرداخت",
        "- press",
        "- pay: 500000",
        "- pay",
        "- decline",
        "- pause: 2",
        "- block",
        "- unblock",
        "- report: fraud",
        "- revoke",
        "- revoke: an-app",
    ]


def test_list_of_a_script_reads_like_its_lines():
    listed = personas.read_script([{"say": "سلام"}, {"pay": 5_000}, "block", {"wait_for": "reply"}])

    assert listed == personas.read_script("- say: سلام\n- pay: 5000\n- block\n- wait_for: reply")


@pytest.mark.parametrize(
    ("script", "line", "said"),
    [
        ("", 1, "nothing to do"),
        ("# only a remark", 1, "nothing to do"),
        ("- say: سلام\n- dance", 2, "nobody knows how to dance"),
        ("say: سلام", 1, "write a step as"),
        ("- say:", 1, "must say something"),
        ("- say: " + "س" * 5_000, 1, "at most 4000"),
        ("- wait_for: godot", 1, "wait_for reply, button, payment"),
        ("- wait_for: reply within 9999", 1, "within takes a whole number from 1 to 300"),
        ("- offer: much", 1, "offer takes a whole number from 1 to 200"),
        ("- offer: 500%", 1, "offer takes a whole number from 1 to 200"),
        ("- pay: -5", 1, "pay takes a whole number"),
        ("- pay: ²", 1, "pay takes a whole number"),
        ("- pause: 600", 1, "pause takes a whole number from 1 to 60"),
        ("- block: them", 1, "block stands alone"),
        ("- report: boring", 1, "report for one of fraud"),
        ([{"press": "a" + " " * 500_000 + "b"}], 1, "press takes the caption"),
        ("- block\n" * 41, 41, "at most 40 steps"),
        ([{"say": "سلام", "block": ""}], 1, "a step is a word"),
        ([{"say": ["سلام"]}], 1, "a step is a word"),
        ([7], 1, "a step is a word"),
        ([{"pay": True}], 1, "a step is a word"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_line(script, line, said):
    with pytest.raises(personas.InvalidScript) as refused:
        personas.read_script(script)

    assert refused.value.line == line
    assert said in str(refused.value)


@pytest.mark.parametrize("persona", personas.CAST, ids=lambda one: one.name)
def test_everybody_in_the_cast_knows_their_part(persona):
    assert personas.read_script(persona.script)
    assert personas.persona_named(persona.name) is persona


def test_nobody_else_is_in_the_cast():
    with pytest.raises(personas.UnknownPersona, match="curious, haggler"):
        personas.persona_named("nobody")
