"""The rules that look at a post before people do, and how operators set them."""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec

from dalan.domains import posts
from dalan.domains.moderation import queries
from dalan.domains.moderation.errors import InvalidRule, UnknownWord
from dalan.domains.moderation.tables import (
    EFFECTS,
    RULES,
    Effect,
    Flag,
    ForbiddenWord,
    RuleName,
)
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean, fold

WORD_LENGTH_MAX: Final = 60
WORDS_MAX: Final = 1_000
NUMBER_MAX: Final = 10_000
DETAIL_LENGTH_MAX: Final = 80

PRICES_COMPARED: Final = 101
PRICES_NEEDED: Final = 20
"""Fewer posts say nothing about what a category costs."""

SAME_WORDS_LOOKED_AT: Final = 20


class Rule(msgspec.Struct, frozen=True):
    """What a rule does. ``number``: posts a day of ``many_posts``, how many times the middle of
    its category a price is at most (and how many times less at least) of ``odd_price``."""

    name: RuleName
    effect: Effect
    number: int = 0


DEFAULTS: Final[dict[RuleName, Rule]] = {
    rule.name: rule
    for rule in (
        Rule("forbidden_word", "hold"),
        Rule("contact_in_title", "flag"),
        Rule("many_posts", "flag", 10),
        Rule("duplicate", "hold"),
        Rule("odd_price", "flag", 20),
    )
}
"""How the rules come. ``forbidden_word`` is switched on and off here; each word has its effect."""

HAS_NUMBER: Final[frozenset[RuleName]] = frozenset({"many_posts", "odd_price"})

_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)?98|0)?9\d{9}(?!\d)|(?<!\d)0[1-8]\d{9}(?!\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s.\-_/*،,]+(?=\d)")
_LINK = re.compile(
    r"https?://|www\.|(?<!\w)@[a-z0-9_]{4,}|(?:t|telegram)\.me\b"
    r"|[a-z0-9-]{2,}\.(?:com|ir|net|org|io|me|shop|site|xyz|info|app)(?![a-z0-9])"
)
_NO_WORD = re.compile(r"[^\w]+|_+")


async def rules(tx: ReadTransaction) -> dict[RuleName, Rule]:
    """Every rule as it is set now."""
    changed = {
        row.name: Rule(row.name, row.effect, row.number) for row in await queries.rules.all(tx)
    }
    return {name: changed.get(name, DEFAULTS[name]) for name in RULES}


async def set_rule(tx: WriteTransaction, name: str, *, effect: str, number: int) -> Rule:
    """Let a rule do something else from the next post on. Raises InvalidRule."""
    known = next((one for one in RULES if one == name), None)
    chosen = next((one for one in EFFECTS if one == effect), None)
    if known is None or chosen is None:
        raise InvalidRule("no such rule or effect")
    if known in HAS_NUMBER and not 1 < number <= NUMBER_MAX:
        raise InvalidRule(f"the number of this rule is 2 to {NUMBER_MAX}")
    rule = Rule(known, chosen, number if known in HAS_NUMBER else 0)
    await queries.put_rule.execute(tx, name=known, effect=chosen, number=rule.number)
    return rule


async def forbidden_words(tx: ReadTransaction) -> Sequence[ForbiddenWord]:
    """Every word nobody should post, in order."""
    return await queries.words.all(tx, count=WORDS_MAX)


async def forbid_word(tx: WriteTransaction, typed: str, *, effect: str) -> str:
    """Forbid a word or phrase; a ``*`` at its end covers what begins so. Answers what is compared.

    However it is spelled in a post (both kinds of yeh and kaf, half-spaces, marks, digits), it is
    found; a word within another word is not. The same again changes its effect. Raises
    InvalidRule.
    """
    try:
        shown = clean(typed, longest=WORD_LENGTH_MAX)
    except TextTooLong:
        raise InvalidRule(f"a word has at most {WORD_LENGTH_MAX} characters") from None
    folded = words_of(shown) + ("*" if shown.endswith("*") else "")
    if len(folded.rstrip("*")) < 2 or effect not in ("flag", "hold"):
        raise InvalidRule("a word has two letters or more, and flags or holds")
    if await queries.count_words.scalar(tx) >= WORDS_MAX:
        raise InvalidRule(f"at most {WORDS_MAX} words")
    await queries.add_word.execute(
        tx, folded=folded, shown=shown, effect=effect, added_at=clock.now()
    )
    return folded


async def allow_word(tx: WriteTransaction, word_id: int) -> ForbiddenWord:
    """Take a word off the list. Raises UnknownWord."""
    found = await queries.drop_word.one_or_none(tx, word_id=word_id)
    if found is None:
        raise UnknownWord
    return found


async def find_flags(tx: ReadTransaction, post: posts.Post, content: posts.Content) -> list[Flag]:
    """Which rules apply to a post if it said this; the rules are asked in their order."""
    active = {name: rule for name, rule in (await rules(tx)).items() if rule.effect != "off"}
    found: list[Flag] = []

    def flag(name: RuleName, detail: object, effect: Effect | None = None) -> None:
        holds = (effect or active[name].effect) == "hold"
        found.append(Flag(name, str(detail)[:DETAIL_LENGTH_MAX], holds))

    if "forbidden_word" in active:
        said = f" {words_of(content.title)} {words_of(content.description)} "
        for word in await forbidden_words(tx):
            if _says(said, word.folded):
                flag("forbidden_word", word.shown, word.effect)
    if "contact_in_title" in active and (contact := contact_in(content.title)):
        flag("contact_in_title", contact)
    if "many_posts" in active:
        made = await posts.submitted_today(tx, post.owner_id)
        if made > active["many_posts"].number:
            flag("many_posts", made)
    if "duplicate" in active and (token := await _said_by_another(tx, post, content)):
        flag("duplicate", token)
    if "odd_price" in active and (middle := await _odd_beside(
        tx, post, content, times=active["odd_price"].number
    )):  # fmt: skip
        flag("odd_price", middle)
    return found


def words_of(text: str) -> str:
    """The words of a text, folded, one space between them, nothing else."""
    return " ".join(_NO_WORD.sub(" ", fold(text)).split())


def digest_of(content: posts.Content) -> str:
    """What is equal for two posts that say the same words, however they are spelled."""
    said = f"{words_of(content.title)}\n{words_of(content.description)}"
    return sha256(said.encode()).hexdigest()[:32]


def contact_in(title: str) -> str:
    """The phone number or address in a title, "" if there is none."""
    folded = fold(title)
    number = _PHONE.search(_BETWEEN_DIGITS.sub("", folded))
    link = None if number else _LINK.search(folded)
    return number[0] if number else link[0] if link else ""


def _says(said: str, folded: str) -> bool:
    if folded.endswith("*"):
        return f" {folded[:-1]}" in said
    return f" {folded} " in said


async def _said_by_another(tx: ReadTransaction, post: posts.Post, content: posts.Content) -> str:
    """The token of a standing post of somebody else that says the same."""
    rows = await queries.same_words.all(
        tx, words=digest_of(content), post_id=post.id, count=SAME_WORDS_LOOKED_AT
    )
    others = await posts.by_ids(tx, [row[0] for row in rows])
    for other in others.values():
        if (
            other.owner_id != post.owner_id
            and not other.development
            and other.state in posts.ONGOING_OR_PUBLISHED
        ):
            return other.token
    return ""


async def _odd_beside(
    tx: ReadTransaction, post: posts.Post, content: posts.Content, *, times: int
) -> int:
    """The middle price of the category in tomans, when this one is far from it; else 0."""
    price = content.price_tomans
    if not price:
        return 0
    rows = await queries.prices.all(
        tx, category=post.category, post_id=post.id, count=PRICES_COMPARED
    )
    if len(rows) < PRICES_NEEDED:
        return 0
    middle = int(sorted(row[0] for row in rows)[len(rows) // 2])
    return middle if price > middle * times or price * times < middle else 0
