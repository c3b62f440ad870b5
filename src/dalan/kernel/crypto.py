"""Tokens, keys, codes and sealed boxes, all under the server's secret.

A ``Keyring`` holds the server's secret and the older ones it replaced. Every purpose has its
own key (HKDF), and everything made carries the id of the secret it was made under, so that a
rotation neither guesses nor retries. Nothing here reads or writes anything outside memory.

Source: reference/authorization-and-delivery.md, section 2; RFC 5869 (HKDF).
"""

import hashlib
import hmac
import zlib
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from binascii import b2a_base64
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from dalan.kernel import clock, randomness

SECRET_LENGTH_MIN = 32
"""Characters a server secret needs: less would be guessed sooner than what it protects."""

TOKEN_LENGTH_MAX = 128
"""Longer texts are no tokens of ours, whatever they hold."""

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE62_VALUE = {character: value for value, character in enumerate(_BASE62)}
_BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TO_URLSAFE = bytes.maketrans(b"+/", b"-_")

_SECRET_CHARACTERS = 43  # of 62 each: 256 bits
_CRC_CHARACTERS = 6
_API_KEY_LENGTH_MAX = 96
_SALT_BYTES = 24


class ApiKeyParts(NamedTuple):
    """What an API key says about itself; ``secret`` is still to be checked."""

    id: int
    secret: str


class Keyring:
    """The keys of one installation, derived from its secrets, the current secret first.

    Raises ``ValueError`` when there is no secret, one is too short, or two cannot be told
    apart by their one-byte ids (one pair in 256: choose another new secret).
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("at least one server secret is needed")
        self._secret_by_id: dict[int, bytes] = {}
        for secret in dict.fromkeys(secrets):
            if len(secret) < SECRET_LENGTH_MIN:
                raise ValueError(f"a server secret needs {SECRET_LENGTH_MIN} characters or more")
            root = secret.encode()
            key_id = hkdf(root, b"key id", length=1)[0]
            if key_id in self._secret_by_id:
                raise ValueError("two server secrets have the same key id: replace the newer one")
            self._secret_by_id[key_id] = root
        self._current_id = next(iter(self._secret_by_id))
        self._key_by_purpose: dict[tuple[int, str], bytes] = {}
        # By the first two characters of a token's random part, which hold the key id.
        self._token_keys = {
            _BASE64URL[key_id >> 2] + _BASE64URL[(key_id & 3) << 4 | low]: (
                self._key(key_id, "token visible"),
                self._key(key_id, "token stored"),
            )
            for key_id in self._secret_by_id
            for low in range(16)
        }

    # Tokens

    def new_token(self, kind: str, prefix: str = "ory") -> str:
        """A token ``<prefix>_<kind>_<32 random bytes>.<their MAC>``; kinds are at, rt, ac, par.

        Shown once and never stored: what is stored is its ``token_mac``.
        """
        return self._token(kind, prefix, randomness.token_bytes(31))

    def derived_token(self, kind: str, name: str, prefix: str = "ory") -> str:
        """The token of that kind which always belongs to ``name``, for seeded dev worlds."""
        return self._token(kind, prefix, self._derived(f"token {kind} {name}")[:31])

    def token_mac(self, token: str) -> bytes | None:
        """The 32 bytes a token is stored and found by; None when we never issued it.

        Forged, cut, over-long and foreign texts are told from real tokens without any I/O. The
        kind is part of what is signed: no access token passes as a refresh token. A dump of
        stored MACs is no use, they are made with another key than the part a token shows.
        """
        if not 88 < len(token) <= TOKEN_LENGTH_MAX or token[-44] != "." or not token.isascii():
            return None
        keys = self._token_keys.get(token[-87:-85])
        if keys is None:
            return None
        whole = token.encode()
        shown = hmac.digest(keys[0], whole[:-44], "sha512_256")
        encoded = b2a_base64(shown, newline=False).translate(_TO_URLSAFE)[:-1]
        if not hmac.compare_digest(encoded, whole[-43:]):
            return None
        return hmac.digest(keys[1], whole, "sha256")

    def _token(self, kind: str, prefix: str, random_bytes: bytes) -> str:
        body = f"{prefix}_{kind}_{_base64url(bytes((self._current_id,)) + random_bytes)}"
        shown = hmac.digest(
            self._key(self._current_id, "token visible"), body.encode(), "sha512_256"
        )
        return f"{body}.{_base64url(shown)}"

    # API keys and client secrets

    def new_api_key(self, api_key_id: int) -> str:
        """A key ``dalan_ak_<id>_<secret>_<crc32>``, numbers in base 62.

        The id finds it, the checksum lets anyone's leak scanner know it offline. Stored is
        ``secret_mac`` of its secret part.
        """
        return _api_key(api_key_id, randomness.choice_text(_BASE62, _SECRET_CHARACTERS))

    def derived_api_key(self, api_key_id: int, name: str) -> str:
        """The key that always belongs to ``name``, for seeded dev worlds."""
        return _api_key(api_key_id, self.derived_secret(f"api key {name}"))

    @staticmethod
    def parse_api_key(text: str) -> ApiKeyParts | None:
        """The id and secret of a key, or None when it is none or was mistyped."""
        if len(text) > _API_KEY_LENGTH_MAX or not text.isascii():
            return None
        body, _, checksum = text.rpartition("_")
        if not body.startswith("dalan_ak_") or checksum != _crc_text(body):
            return None
        id_text, _, secret = body[9:].partition("_")
        # The checksum is no secret: anybody can make one, so what it covers is checked too.
        if len(secret) != _SECRET_CHARACTERS or not 0 < len(id_text) <= 11:
            return None
        number = 0
        for character in id_text:
            if (value := _BASE62_VALUE.get(character)) is None:
                return None
            number = number * 62 + value
        return ApiKeyParts(number, secret) if number < 2**63 else None

    @staticmethod
    def new_client_secret() -> str:
        """256 bits in letters and digits. Stored as its ``secret_mac``."""
        return randomness.choice_text(_BASE62, _SECRET_CHARACTERS)

    def secret_mac(self, secret: str, purpose: str) -> bytes:
        """What is stored of a generated secret: the key's id and 32 bytes of MAC."""
        return self._mac(self._current_id, secret, purpose)

    def secret_macs(self, secret: str, purpose: str) -> list[bytes]:
        """``secret_mac`` under every secret we hold, current first: to look it up by value."""
        return [self._mac(key_id, secret, purpose) for key_id in self._secret_by_id]

    def secret_matches(self, secret: str, purpose: str, stored: bytes) -> bool:
        """Whether ``stored`` is a ``secret_mac`` of it, compared in constant time."""
        if not stored or stored[0] not in self._secret_by_id:
            return False
        return hmac.compare_digest(self._mac(stored[0], secret, purpose), stored)

    @property
    def no_mac(self) -> bytes:
        """What is compared with where there is nothing to compare with: it takes as long, and no
        secret anybody has matches it."""
        return bytes((self._current_id,)) + bytes(32)

    def derived_secret(self, name: str) -> str:
        """43 letters and digits that always belong to ``name``: secrets of seeded dev worlds.

        They change when the server secret does; nothing of them is stored in clear.
        """
        return _base62(int.from_bytes(self._derived(f"secret {name}")), _SECRET_CHARACTERS)

    # One-time codes

    @staticmethod
    def one_time_code() -> str:
        """Six digits, leading zeros kept."""
        return f"{randomness.below(1_000_000):06}"

    def code_mac(self, code: str, *, context: str) -> bytes:
        """What is stored of a one-time code; ``context`` says whose and for what it is.

        Six digits have no entropy of their own: only the key keeps a dump from telling them.
        """
        return self._mac(self._current_id, f"{context}\0{code}", "one-time code")

    def code_matches(self, code: str, *, context: str, stored: bytes) -> bool:
        """Whether ``stored`` is the ``code_mac`` of that code in that context."""
        return self.secret_matches(f"{context}\0{code}", "one-time code", stored)

    # Names for people

    def pseudonym(self, app_id: int, person_id: int) -> str:
        """A UUID for one person as one app may know them; other apps get other ones.

        It changes with the server secret: rooms store it when an app first meets a person.
        """
        key = self._key(self._current_id, "pseudonym")
        mac = hmac.digest(key, f"{app_id}/{person_id}".encode(), "sha256")
        return str(UUID(bytes=mac[:16], version=4))

    # Values that travel through browsers

    def signed_value(
        self, value: str, *, purpose: str, expires_at: datetime, bound_to: str = ""
    ) -> str:
        """A value somebody may carry and read but not change, in URL-safe characters.

        ``bound_to`` (a browser session, say) must be given again to verify and is not inside.
        """
        body = bytes((self._current_id,)) + int(expires_at.timestamp()).to_bytes(5, "big")
        body += value.encode()
        return f"{_base64url(body)}.{_base64url(self._signature(body, purpose, bound_to))}"

    def verify_signed(self, text: str, *, purpose: str, bound_to: str = "") -> str | None:
        """The value, or None when it was changed, has expired or was signed for something else."""
        encoded, dot, signature = text.rpartition(".")
        body = _base64url_decoded(encoded)
        if not dot or body is None or len(body) < 6 or body[0] not in self._secret_by_id:
            return None
        expected = _base64url(self._signature(body, purpose, bound_to))
        if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
            return None
        if int.from_bytes(body[1:6], "big") <= clock.now().timestamp():
            return None
        return body[6:].decode()

    def _signature(self, body: bytes, purpose: str, bound_to: str) -> bytes:
        key = self._key(body[0], f"signed {purpose}")
        bound = hashlib.sha256(bound_to.encode()).digest()
        return hmac.digest(key, bound + body, "sha256")

    # Sealed boxes

    def seal(self, plaintext: bytes, purpose: str, aad: bytes = b"") -> bytes:
        """A box only this installation opens, for the same purpose and the same ``aad``."""
        return self._sealed(self._key(self._current_id, f"seal {purpose}"), plaintext, aad)

    def open_sealed(self, box: bytes, purpose: str, aad: bytes = b"") -> bytes | None:
        """What is in a box, or None when it was changed, is not ours or is another's."""
        if not box or box[0] not in self._secret_by_id:
            return None
        return _opened(self._key(box[0], f"seal {purpose}"), box, aad)

    def sealed_under(self, token: str, plaintext: bytes, aad: bytes = b"") -> bytes:
        """A box that opens only for who presents ``token`` again, which we do not store."""
        return self._sealed(self._key_under(self._current_id, token), plaintext, aad)

    def open_sealed_under(self, token: str, box: bytes, aad: bytes = b"") -> bytes | None:
        """What is in a ``sealed_under`` box, or None."""
        if not box or box[0] not in self._secret_by_id:
            return None
        return _opened(self._key_under(box[0], token), box, aad)

    def _sealed(self, key: bytes, plaintext: bytes, aad: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (heavy)

        salt = randomness.token_bytes(_SALT_BYTES)
        box_key, nonce = _box_key(key, salt)
        return bytes((self._current_id,)) + salt + AESGCM(box_key).encrypt(nonce, plaintext, aad)

    def _key_under(self, key_id: int, token: str) -> bytes:
        return hmac.digest(self._key(key_id, "seal under a token"), token.encode(), "sha512")

    # Keys

    def _mac(self, key_id: int, text: str, purpose: str) -> bytes:
        key = self._key(key_id, f"mac {purpose}")
        return bytes((key_id,)) + hmac.digest(key, text.encode(errors="replace"), "sha256")

    def _derived(self, name: str) -> bytes:
        return hmac.digest(self._key(self._current_id, "derived"), name.encode(), "sha256")

    def _key(self, key_id: int, purpose: str) -> bytes:
        key = self._key_by_purpose.get((key_id, purpose))
        if key is None:
            key = hkdf(self._secret_by_id[key_id], purpose.encode(), length=32)
            # Purposes are words in our own code, so these are few.
            self._key_by_purpose[key_id, purpose] = key
        return key


def hkdf(secret: bytes, info: bytes, *, length: int, salt: bytes = b"dalan keyring") -> bytes:
    """RFC 5869 with SHA-256, for at most 32 bytes.

    The same as ``cryptography``'s (a test compares them), whose import costs a start-up more
    than all else this module does.
    """
    assert length <= 32, "one block of HMAC-SHA-256"
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]


def _box_key(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key and nonce of one box: 24 random bytes never repeat, twelve alone might."""
    material = hmac.digest(key, salt, "sha512")
    return material[:32], material[32:44]


def _opened(key: bytes, box: bytes, aad: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 (heavy)
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 (heavy)

    if len(box) < 1 + _SALT_BYTES + 16:
        return None
    box_key, nonce = _box_key(key, box[1 : 1 + _SALT_BYTES])
    try:
        return AESGCM(box_key).decrypt(nonce, box[1 + _SALT_BYTES :], aad)
    except InvalidTag:
        return None


def _api_key(number: int, secret: str) -> str:
    assert 0 <= number < 2**63, "ids are 64-bit"
    body = f"dalan_ak_{_base62(number)}_{secret}"
    return f"{body}_{_crc_text(body)}"


def _crc_text(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CRC_CHARACTERS)


def _base62(number: int, length: int = 1) -> str:
    """Base 62, padded with zeros to ``length``, of which more than enough digits are kept."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(length, "0")


def _base64url(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).translate(_TO_URLSAFE).rstrip(b"=").decode()


def _base64url_decoded(text: str) -> bytes | None:
    """None for anything ``_base64url`` would not have written, other spellings included."""
    if not text.isascii():
        return None
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Base64Error:
        return None
    return raw if _base64url(raw) == text else None
