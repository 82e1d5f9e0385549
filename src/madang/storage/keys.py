"""The keys of this installation: each a file of MADANG_HOME/keys (folder 0700, file 0600) or a setting.

The text of a key, in a file and in a setting, is `kid:base64url[,kid:base64url...]`: 32 bytes each, the first is the
current one and the others are kept to read what they once wrote. `grant_key` holds Ed25519 seeds, `grant_public_keys`
the public keys to them, the rest are symmetric. `MADANG_GRANT_PUBLIC_KEYS` follows from the grant key and has no file.

In local and test mode a missing key is made; in real mode it is refused, because a key that a server makes up itself
is lost with the machine.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from madang.kit.errors import UsageError
from madang.settings import Settings

KeyName = Literal["credential_key", "grant_key", "grant_public_keys", "journal_key"]
KEY_NAMES: Final[tuple[KeyName, ...]] = ("credential_key", "grant_key", "grant_public_keys", "journal_key")
KEY_BYTES: Final = 32

_KID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_PUBLIC: Final = "grant_public_keys"


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """Keys by identifier; `current` is the one that new things are made with."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def current_key(self) -> bytes:
        """The bytes of the current key."""
        return self.keys[self.current]

    def find(self, kid: str) -> bytes | None:
        """The bytes of a key, None for one that is not on the ring."""
        return self.keys.get(kid)

    def to_text(self) -> str:
        """The text form, the current key first."""
        kids = [self.current, *(kid for kid in self.keys if kid != self.current)]
        return ",".join(f"{kid}:{_encode(self.keys[kid])}" for kid in kids)

    def with_new_current(self) -> KeyRing:
        """A ring with a fresh current key before all that were there: the first step of a rotation."""
        fresh = new_ring()
        return KeyRing(current=fresh.current, keys={**fresh.keys, **self.keys})


def new_ring() -> KeyRing:
    """A ring with one fresh random key."""
    kid = secrets.token_hex(4)
    return KeyRing(current=kid, keys={kid: secrets.token_bytes(KEY_BYTES)})


def parse_keys(text: str, *, name: str) -> KeyRing:
    """Read the text form. Raises UsageError that names the setting `name` and never shows a key."""
    keys: dict[str, bytes] = {}
    for position, part in enumerate(text.strip().split(","), start=1):
        kid, colon, encoded = part.strip().partition(":")
        key = _decode(encoded)
        if not colon or _KID.fullmatch(kid) is None or key is None or kid in keys:
            raise UsageError(
                f"{_variable(name)}: key {position} is not `kid:base64url` of {KEY_BYTES} bytes with a kid of its own"
            )
        keys[kid] = key
    return KeyRing(current=next(iter(keys)), keys=keys)


def signing_keys(ring: KeyRing) -> dict[str, Ed25519PrivateKey]:
    """The Ed25519 keys whose seeds are on a ring of `grant_key`."""
    return {kid: Ed25519PrivateKey.from_private_bytes(seed) for kid, seed in ring.keys.items()}


def verifying_keys(ring: KeyRing) -> dict[str, Ed25519PublicKey]:
    """The Ed25519 keys on a ring of `grant_public_keys`."""
    return {kid: Ed25519PublicKey.from_public_bytes(key) for kid, key in ring.keys.items()}


def public_ring(ring: KeyRing) -> KeyRing:
    """The public keys to the seeds on a ring."""
    public = {kid: key.public_key().public_bytes_raw() for kid, key in signing_keys(ring).items()}
    return KeyRing(current=ring.current, keys=public)


def ensure_keys(settings: Settings, names: Collection[KeyName] = KEY_NAMES) -> dict[str, str]:
    """The text of each key that is asked for, by the name of its setting; makes what may be made.

    Two processes that start at once end with the same keys. Raises UsageError for a key that is missing in real mode,
    cannot be read or written, or has not the form of one.
    """
    return {name: _text_of(name, settings).to_text() for name in KEY_NAMES if name in names}


def _text_of(name: KeyName, settings: Settings) -> KeyRing:
    given: str | None = getattr(settings, name)
    if given is not None:
        return parse_keys(given, name=name)
    if name == _PUBLIC:
        return public_ring(_text_of("grant_key", settings))
    path = settings.keys / name
    text = _read(path, settings)
    if text is None and settings.mode == "real":
        raise UsageError(
            f"{_variable(name)} is not set, and {path} does not exist; real mode makes no keys: "
            "set it, or copy the file from the machine that has it"
        )
    if text is None:
        _create(path, new_ring().to_text())
        text = _read(path, settings) or ""
    return parse_keys(text, name=name)


def _read(path: Path, settings: Settings) -> str | None:
    try:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077 and settings.mode == "real":
            raise UsageError(f"{path} can be read by others (mode {mode:04o}); run `chmod 600` on it")
        if mode & 0o077:
            path.chmod(0o600)
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}); correct it or put a copy of the key in its place") from None


def _create(path: Path, text: str) -> None:
    """Put a whole file in place, unless another process was first. A link fails where the name is taken."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(beside)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); check MADANG_HOME") from None
    finally:
        beside.unlink(missing_ok=True)


def _encode(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _decode(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def _variable(name: str) -> str:
    return f"MADANG_{name.upper()}"
