"""The authorization server as a page of plain Python: what it must answer, and nothing of how.

It holds one person, who owns the app, and the app. Texts of tokens are told to it as the server
made them; everything else it works out alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Door = Literal["kenar", "basalam"]

GRACE = timedelta(seconds=120)
ACCESS: dict[Door, timedelta] = {"kenar": timedelta(hours=1), "basalam": timedelta(days=366)}
CONSENT: dict[Door, timedelta] = {"kenar": timedelta(days=30), "basalam": timedelta(days=732)}
CODE = timedelta(seconds=600)
KEY = timedelta(days=30)
OFFLINE = "offline_access"
PROFILE, PROFILE_WRITE = "customer.profile.read", "customer.profile.write"
BRINGS = {PROFILE_WRITE: PROFILE}
"""What writing brings with it: who takes the reading back takes the writing too."""

INVALID_GRANT = "invalid_grant"
INVALID_CLIENT = "invalid_client"
NOT_ACTIVE: dict[Door, str] = {"kenar": "unauthorized_client", "basalam": "access_denied"}
SHUT_OUT = "access_denied"


@dataclass
class Pair:
    """Tokens given together; the refresh token is None without offline access."""

    family: "Family"
    access_token: str
    refresh_token: str | None
    access_until: datetime
    rotated_at: datetime | None = None
    successor: "Pair | None" = None


@dataclass
class Family:
    """One consent and everything that came of it; a personal token has a number and no code."""

    door: Door
    scopes: frozenset[str]
    code: str
    verifier: str | None
    code_until: datetime
    until: datetime
    number: str = ""
    is_used: bool = False
    is_revoked: bool = False
    is_refreshing_over: bool = False
    pairs: list[Pair] = field(default_factory=list)


@dataclass
class Key:
    """An API key, good from now until ``until``; ``life`` is what its successors have."""

    text: str
    number: str
    until: datetime
    life: timedelta = KEY
    before: "Key | None" = None
    is_revoked: bool = False


@dataclass
class ClientToken:
    """A token the app got for itself; it stands for its owner."""

    text: str
    scopes: frozenset[str]
    until: datetime


class Model:
    """One person, one app, and all that passed between them."""

    def __init__(self, now: datetime, secret: str) -> None:
        self.now = now
        self.secrets: list[tuple[str, datetime | None]] = [(secret, None)]
        self.keys: list[Key] = []
        self.families: list[Family] = []
        self.client_tokens: list[ClientToken] = []
        self.held: set[str] = set()
        self.is_blocked = self.is_suspended = self.may_leave_out = False

    @property
    def pairs(self) -> list[Pair]:
        """Every pair ever given, the oldest first of each family."""
        return [pair for family in self.families for pair in family.pairs]

    @property
    def codes(self) -> list[Family]:
        """The families that began with a code."""
        return [family for family in self.families if family.code]

    # What apps may ask

    def client_refusal(self, secret: str, door: Door = "kenar") -> str | None:
        """Why an app that shows this secret gets no token at all."""
        untils = [until for text, until in self.secrets if text == secret]
        if not any(until is None or until > self.now for until in untils):
            return INVALID_CLIENT
        return NOT_ACTIVE[door] if self.is_suspended else None

    def redeem(self, family: Family, verifier: str | None, door: Door) -> str | None:
        """The refusal of a code, or None: then ``issued`` tells what came instead."""
        if verifier != family.verifier or door != family.door:
            return INVALID_GRANT
        if family.is_used:
            family.is_revoked = True
            return INVALID_GRANT
        if family.is_revoked or family.code_until <= self.now:
            return INVALID_GRANT
        family.is_used = True
        return None

    def itself_refusal(self) -> str | None:
        """Why an app whose secret holds gets no token for itself."""
        return SHUT_OUT if self.is_blocked else None

    def issued_to_itself(self, text: str, scopes: frozenset[str]) -> None:
        """The server made this, for the app itself."""
        self.client_tokens.append(ClientToken(text, scopes, self.now + ACCESS["basalam"]))

    def issued(
        self,
        family: Family,
        access_token: str,
        refresh_token: str | None,
        life: timedelta | None = None,
    ) -> Pair:
        """The server made these; ``life`` is the access token's, where the door does not say."""
        until = min(self.now + (life or ACCESS[family.door]), family.until)
        pair = Pair(family, access_token, refresh_token, until)
        family.pairs.append(pair)
        return pair

    def refresh(self, pair: Pair, door: Door) -> str | None:
        """The refusal of a refresh token; None: its successor is new, or the same as before."""
        family = pair.family
        if door != family.door:
            return INVALID_GRANT
        if pair.rotated_at is not None and pair.rotated_at <= self.now - GRACE:
            family.is_revoked = True
            return INVALID_GRANT
        if family.is_revoked or family.is_refreshing_over or family.until <= self.now:
            return INVALID_GRANT
        return None

    def rotated(self, pair: Pair, access_token: str, refresh_token: str) -> None:
        """The server made these for a refresh token that was presented for the first time."""
        pair.rotated_at = self.now
        family = pair.family
        for older in family.pairs[: family.pairs.index(pair) + 1]:
            older.access_until = min(older.access_until, self.now + GRACE)
        pair.successor = self.issued(family, access_token, refresh_token)

    def is_access_live(self, pair: Pair) -> bool:
        """Whether the access token opens anything now."""
        return not pair.family.is_revoked and pair.access_until > self.now

    def is_refresh_live(self, pair: Pair) -> bool:
        """Whether the refresh token would be exchanged now."""
        family = pair.family
        return (
            not family.is_revoked
            and not family.is_refreshing_over
            and family.until > self.now
            and (pair.rotated_at is None or pair.rotated_at > self.now - GRACE)
        )

    def is_key_good(self, key: Key) -> bool:
        """Whether the key itself stands."""
        return not key.is_revoked and key.until > self.now

    def is_key_live(self, key: Key) -> bool:
        """Whether calls with the key are let in."""
        return self.is_key_good(key) and not self.is_suspended

    def is_client_token_live(self, token: ClientToken) -> bool:
        """Whether it opens anything now; an app acts for nobody who was shut out."""
        return token.until > self.now and not self.is_blocked

    # What people do

    def given(self, door: Door, asked: Sequence[str], left_out: Collection[str]) -> frozenset[str]:
        """What of it the app gets when the person leaves these out; empty: they are asked again."""
        if door == "kenar" and not self.may_leave_out:
            return frozenset(asked)
        kept = frozenset(asked) - frozenset(left_out)
        return kept if len(kept) == len(asked) or kept - {OFFLINE} else frozenset()

    def consented(
        self, door: Door, scopes: frozenset[str], code: str, verifier: str | None
    ) -> None:
        """The person agreed to this."""
        self.held |= scopes
        until = self.now + CONSENT[door]
        self.families.append(Family(door, scopes, code, verifier, self.now + CODE, until))

    def made_for_oneself(
        self, scopes: frozenset[str], number: str, life: timedelta, texts: tuple[str, str]
    ) -> None:
        """The person made a personal token, renewable for as long again."""
        self.held |= scopes
        family = Family("basalam", scopes, "", None, self.now, self.now + 2 * life, number)
        self.families.append(family)
        self.issued(family, *texts, life)

    def is_personal_live(self, family: Family) -> bool:
        """Whether the panel lists a personal token among those that can be ended."""
        return bool(family.number) and not family.is_revoked and family.until > self.now

    def take_back(self, gone: frozenset[str]) -> None:
        """The person takes this part of what they gave back, or all of it."""
        gone |= {one for one in self.held if BRINGS.get(one) in gone}
        if self.held - gone <= {OFFLINE}:
            self.end_all()
            return
        self.held -= gone
        for family in self.families:
            left = family.scopes - gone
            if family.is_revoked or family.until <= self.now or left == family.scopes:
                continue
            if left <= {OFFLINE}:
                family.is_revoked = True
            else:
                family.scopes = left
        if OFFLINE in gone:
            for family in self.families:
                # At Basalam's door renewing is part of every consent.
                family.is_refreshing_over |= family.door == "kenar"

    def end_all(self) -> None:
        """Nothing is left of what the person gave."""
        self.held.clear()
        for family in self.families:
            family.is_revoked = True

    def rotate_secret(self, secret: str, overlap: timedelta) -> None:
        """A new secret; the one before lives on for so long, those before it die."""
        current = next(text for text, until in self.secrets if until is None)
        self.secrets = [(current, self.now + overlap), (secret, None)]

    # What developers do

    def may_rotate(self, key: Key) -> bool:
        """Two keys of one rotation are good at once, never three."""
        successors = [one for one in self.keys if one.before is key]
        around = [*successors, *([key.before] if key.before else [])]
        return self.is_key_good(key) and not any(map(self.is_key_good, around))

    def rotate_key(self, key: Key, text: str, number: str, overlap: timedelta) -> None:
        """A successor as long-lived as the key was made; the key lives on for so long."""
        self.keys.append(Key(text, number, self.now + key.life, key.life, before=key))
        key.until = min(key.until, self.now + overlap)
        key.is_revoked = not overlap
