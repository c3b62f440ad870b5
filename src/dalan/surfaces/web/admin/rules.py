"""The automatic rules and the list of forbidden words."""

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, moderation
from dalan.domains.moderation import HAS_NUMBER, RuleName
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse

PATH: Final = f"{desk.PATH}/rules"


@get(PATH)
async def rules_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Every rule with what it does, and the words nobody should post."""
    _ = visitor.gettext
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "posts")
        rules = await moderation.rules(tx)
        forbidden = await moderation.forbidden_words(tx)
    return desk.page(
        visitor,
        me,
        "admin/rules.html",
        current="rules",
        rules=[
            {
                "rule": rule,
                "title": _titles(visitor)[name][0],
                "text": _titles(visitor)[name][1],
                "has_number": name in HAS_NUMBER,
            }
            for name, rule in rules.items()
        ],
        effects=[
            ("off", _("Off")),
            ("flag", _("Tell the reviewer")),
            ("hold", _("Wait for a reviewer")),
        ],
        word_effects=[("hold", _("Wait for a reviewer")), ("flag", _("Tell the reviewer"))],
        words=forbidden,
        word_length_max=moderation.WORD_LENGTH_MAX,
        policy=services.review_policy,
    )


@post(PATH, status_code=200)
async def set_rule(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Let one rule do something else from the next post on."""
    form = await desk.form(visitor, services, "posts")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "posts")
        number = form.whole_number("number") or 0
        rule = await moderation.set_rule(
            tx, form.text("rule"), effect=form.text("effect"),
            number=min(max(number, 0), moderation.NUMBER_MAX + 1),
        )  # fmt: skip
        await desk.note(
            tx, me, "moderation.rule_set", audit.Subject("rule", rule.name),
            effect=rule.effect, number=rule.number or None,
        )  # fmt: skip

    try:
        await services.db.transact(work)
    except moderation.InvalidRule:
        return desk.refused(visitor, PATH, _("The number of a rule is between 2 and 10,000."))
    return desk.done(visitor, PATH, _("Saved."))


@post(f"{PATH}/words", status_code=200)
async def forbid_word(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Put a word on the list, or let it do something else."""
    form = await desk.form(visitor, services, "posts")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "posts")
        word = await moderation.forbid_word(tx, form.raw("word"), effect=form.text("effect"))
        await desk.note(
            tx, me, "moderation.word_forbidden", audit.Subject("rule", "forbidden_word"),
            word=word, effect=form.text("effect"),
        )  # fmt: skip

    try:
        await services.db.transact(work)
    except moderation.InvalidRule:
        said = _("A word has 2 to 60 characters, and the list a thousand words at most.")
        return desk.refused(visitor, PATH, said)
    return desk.done(visitor, PATH, _("The word is on the list."))


@post(f"{PATH}/words/{{word_id:int}}/allow", status_code=200)
async def allow_word(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], word_id: FromPath[int]
) -> AnyResponse:
    """Take a word off the list."""
    await desk.form(visitor, services, "posts")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "posts")
        word = await moderation.allow_word(tx, desk.bounded(word_id))
        await desk.note(
            tx, me, "moderation.word_allowed", audit.Subject("rule", "forbidden_word"),
            word=word.shown,
        )  # fmt: skip

    await services.db.transact(work)
    return desk.done(visitor, PATH, _("The word is off the list."))


def _titles(visitor: Visitor) -> dict[RuleName, tuple[str, str]]:
    _ = visitor.gettext
    return {
        "forbidden_word": (
            _("Forbidden words"),
            _("Words of the list below, however they are spelled. Each has its own effect."),
        ),
        "contact_in_title": (
            _("Contact in the title"),
            _("A phone number or an address in the title."),
        ),
        "many_posts": (
            _("Many posts in a day"),
            _("More posts of one person within a day than this number."),
        ),
        "duplicate": (
            _("Same words as another’s post"),
            _("A standing post of somebody else says the same."),
        ),
        "odd_price": (
            _("Price far from its category"),
            _("So many times above or below the middle of the newest posts there."),
        ),
    }
