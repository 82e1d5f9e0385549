from datetime import UTC, datetime, timedelta

import pytest

from madang.accounts import rules
from madang.kit.errors import ForbiddenError, InvalidError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_secret_is_new_each_time_and_carries_256_bits() -> None:
    made = {rules.new_secret("mdg_") for _ in range(50)}
    assert len(made) == 50
    assert all(secret.startswith("mdg_") and len(secret) == 4 + 43 for secret in made)


def test_what_is_stored_of_a_secret_is_its_sha256() -> None:
    assert rules.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_role_contains_those_below_it() -> None:
    assert rules.contained({"administrator"}) == {"administrator", "member", "viewer"}
    assert rules.contained({"viewer"}) == {"viewer"}
    assert rules.contained(set()) == frozenset()


def test_nobody_hands_on_a_role_above_their_own() -> None:
    with pytest.raises(ForbiddenError, match="owner"):
        rules.check_grantable({"owner", "viewer"}, {"administrator"})
    assert rules.check_grantable({"member"}, {"administrator"}) == {"member"}


def test_a_key_loses_what_its_user_loses() -> None:
    assert rules.effective(["owner", "member"], ["member"]) == {"member"}
    assert rules.effective(["viewer"], ["owner"]) == {"viewer"}
    assert rules.effective(["owner"], []) == frozenset()


def test_a_role_that_does_not_exist_any_more_gives_no_rights() -> None:
    assert rules.effective(["emperor", "viewer"], ["emperor", "member"]) == {"viewer"}


def test_a_key_cannot_be_born_dead() -> None:
    with pytest.raises(InvalidError) as caught:
        rules.check_expiry(NOW, NOW)
    assert [error.pointer for error in caught.value.errors] == ["/expires_at"]
    rules.check_expiry(NOW + timedelta(seconds=1), NOW)
    rules.check_expiry(None, NOW)
