from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from madang.kit.clock import FixedClock
from madang.kit.errors import InvalidError, UsageError
from madang.net.grants import GrantError, GrantSigner, GrantTerms, GrantVerifier, make_key_pair

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PRIVATE, PUBLIC = make_key_pair("k1")
TERMS = GrantTerms(
    account="acc_1", actor="usr_1", connection="cxn_1", functions=frozenset({"f2", "f1"}), purpose="chat"
)


def _clock() -> FixedClock:
    return FixedClock(NOW)


def _forge(claims: dict[str, Any] | bytes, *, private: str = PRIVATE) -> str:
    """A text signed by the key over claims of our choice."""
    key_id, _, raw = private.partition(":")
    key = Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(raw + "="))
    data = claims if isinstance(claims, bytes) else orjson.dumps(claims)
    head = f"mdg1.{key_id}.{urlsafe_b64encode(data).decode().rstrip('=')}"
    return f"{head}.{urlsafe_b64encode(key.sign(head.encode())).decode().rstrip('=')}"


def _claims(**changes: Any) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "iss": "backend", "sub": "acc_1", "act": "usr_1", "cxn": "cxn_1", "fns": "*", "pur": "chat", "mode": "live",
        "exp": NOW.timestamp() + 30, "jti": "j",
    }  # fmt: skip
    return {name: value for name, value in {**claims, **changes}.items() if value is not ...}


@pytest.mark.parametrize(
    "terms",
    [
        TERMS,
        GrantTerms(account="a", actor="b", connection="c", functions=None, purpose="model"),
        GrantTerms(
            account="a", actor="b", connection="c", functions=None, purpose="run", run="run_1", epoch=0, mode="mock",
            budget_minor=0,
        ),
    ],
)  # fmt: skip
def test_what_is_signed_is_what_is_verified(terms: GrantTerms) -> None:
    token = GrantSigner(PRIVATE, issuer="worker", clock=_clock()).sign(terms)
    grant = GrantVerifier(PUBLIC, clock=_clock()).verify(token)
    assert asdict(terms).items() <= asdict(grant).items()
    assert (grant.issuer, grant.key_id) == ("worker", "k1")
    assert grant.expires_at == NOW.timestamp() + (900 if terms.purpose == "model" else 60)


def test_the_text_has_four_parts_and_claims_by_their_names() -> None:
    token = GrantSigner(PRIVATE, issuer="backend", clock=_clock()).sign(TERMS)
    prefix, key_id, claims, _ = token.split(".")
    found = orjson.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (prefix, key_id) == ("mdg1", "k1")
    assert len(found.pop("jti")) == 32
    assert found == {
        "iss": "backend", "sub": "acc_1", "act": "usr_1", "cxn": "cxn_1", "fns": ["f1", "f2"], "pur": "chat",
        "mode": "live", "exp": NOW.timestamp() + 60,
    }  # fmt: skip


def test_it_ends_on_the_moment_even_when_it_was_verified_before() -> None:
    clock = _clock()
    token = GrantSigner(PRIVATE, issuer="x", clock=clock).sign(TERMS, seconds=10)
    verifier = GrantVerifier(PUBLIC, clock=clock)
    grant = verifier.verify(token)
    clock.advance(9.999)
    verifier.recheck(grant)
    clock.advance(0.001)
    with pytest.raises(GrantError, match="run out"):
        verifier.recheck(grant)
    with pytest.raises(GrantError, match="run out"):
        verifier.verify(token)


def test_no_more_time_than_the_purpose_allows_is_signed_or_accepted() -> None:
    token = GrantSigner(PRIVATE, issuer="x", clock=_clock()).sign(TERMS, seconds=3_600)
    assert GrantVerifier(PUBLIC, clock=_clock()).verify(token).expires_at == NOW.timestamp() + 60
    for claims in (_claims(exp=NOW.timestamp() + 62), _claims(pur="model", exp=NOW.timestamp() + 902)):
        with pytest.raises(GrantError, match="longer than its purpose"):
            GrantVerifier(PUBLIC, clock=_clock()).verify(_forge(claims))


def test_a_lease_ends_its_grant_a_second_before() -> None:
    signer = GrantSigner(PRIVATE, issuer="x", clock=_clock())
    token = signer.sign(TERMS, lease_until=NOW + timedelta(seconds=20))
    assert GrantVerifier(PUBLIC, clock=_clock()).verify(token).expires_at == NOW.timestamp() + 19
    with pytest.raises(InvalidError, match="renew the lease"):
        signer.sign(TERMS, lease_until=NOW + timedelta(seconds=1))


def test_every_changed_character_is_noticed() -> None:
    token = GrantSigner(PRIVATE, issuer="x", clock=_clock()).sign(TERMS)
    for at in range(len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(GrantError):
            GrantVerifier(PUBLIC, clock=_clock()).verify(changed)


@pytest.mark.parametrize(
    "claims",
    [
        b"", b"[]", b"{", _claims(sub=...), _claims(sub=1), _claims(sub=""), _claims(fns="f1"), _claims(fns=[1]),
        _claims(fns=None), _claims(pur="admin"), _claims(pur=["chat"]), _claims(mode=None), _claims(exp="soon"),
        _claims(exp=True), _claims(exp=...), _claims(jti=...), _claims(epoch="1"), _claims(epoch=True),
        _claims(budget_minor=1.5), _claims(run=1),
    ],
)  # fmt: skip
def test_claims_of_another_form_are_refused_even_when_signed(claims: Any) -> None:
    with pytest.raises(GrantError):
        GrantVerifier(PUBLIC, clock=_clock()).verify(_forge(claims))


def test_claims_that_are_fine_are_accepted() -> None:
    assert GrantVerifier(PUBLIC, clock=_clock()).verify(_forge(_claims(later_claim=1))).functions is None


def test_keys_turn_over_while_both_are_accepted() -> None:
    new_private, new_public = make_key_pair("k2")
    both = GrantVerifier(f"{new_public},{PUBLIC}", clock=_clock())
    old = GrantSigner(PRIVATE, issuer="x", clock=_clock()).sign(TERMS)
    new = GrantSigner(f"{new_private}, {PRIVATE}", issuer="x", clock=_clock()).sign(TERMS)
    assert [both.verify(token).key_id for token in (old, new)] == ["k1", "k2"]
    with pytest.raises(GrantError, match="not known"):
        GrantVerifier(new_public, clock=_clock()).verify(old)


@pytest.mark.parametrize("text", ["", ",", "k1", "k1:", "k1:AAAA", f"k 1:{'A' * 43}", f":{'A' * 43}", f"k1:{'!' * 43}"])
def test_a_key_setting_of_another_form_names_its_variable(text: str) -> None:
    with pytest.raises(UsageError, match="MADANG_GRANT_PUBLIC_KEYS"):
        GrantVerifier(text)


@pytest.mark.parametrize("token", ["", ".", "...", "a.b.c.d", "mdg1.k1..", "mdg1.k1.é.x", "x" * 20_000])
def test_another_text_is_no_grant_and_is_not_repeated(token: str) -> None:
    with pytest.raises(GrantError) as raised:
        GrantVerifier(PUBLIC).verify(token)
    assert not token.strip(".") or token not in raised.value.detail
