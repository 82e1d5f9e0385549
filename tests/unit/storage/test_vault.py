import base64

import pytest

from madang.storage.keys import KeyRing, new_ring
from madang.storage.vault import Place, TamperedValueError, UnknownKeyError, Vault

PLACE = Place(table="credential", row="crd_1", account="acc_1")


def test_a_value_opens_where_it_was_sealed() -> None:
    vault = Vault(new_ring())
    assert vault.decrypt(vault.encrypt(b"hunter2", PLACE), PLACE) == b"hunter2"


def test_the_same_value_never_looks_the_same() -> None:
    vault = Vault(new_ring())
    sealed = {vault.encrypt(b"", PLACE) for _ in range(100)}
    assert len(sealed) == 100
    assert all("hunter2" not in text for text in sealed)


@pytest.mark.parametrize(
    "other",
    [
        Place(table="webhook", row="crd_1", account="acc_1"),
        Place(table="credential", row="crd_2", account="acc_1"),
        Place(table="credential", row="crd_1", account="acc_2"),
        Place(table='credential","crd_1', row="", account="acc_1"),
    ],
)
def test_a_value_that_was_moved_does_not_open(other: Place) -> None:
    vault = Vault(new_ring())
    sealed = vault.encrypt(b"hunter2", PLACE)
    with pytest.raises(TamperedValueError, match=r"damaged or belongs elsewhere"):
        vault.decrypt(sealed, other)


def test_a_change_of_any_bit_is_noticed() -> None:
    vault = Vault(new_ring())
    head, _, body = vault.encrypt(b"hunter2", PLACE).rpartition(".")
    data = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 1
        with pytest.raises(TamperedValueError):
            vault.decrypt(f"{head}.{base64.urlsafe_b64encode(changed).decode().rstrip('=')}", PLACE)


@pytest.mark.parametrize("text", ["", "v1", "v1.a", "v2.kid.AAAA", "v1.kid.???", "v1.kid.AAAA", "v1.kid.a.b"])
def test_a_text_that_is_no_sealed_value_is_refused(text: str) -> None:
    with pytest.raises(TamperedValueError):
        Vault(KeyRing(current="kid", keys={"kid": bytes(32)})).decrypt(text, PLACE)


def test_a_value_under_a_missing_key_names_the_key_and_not_the_value() -> None:
    sealed = Vault(KeyRing(current="old", keys={"old": bytes(32)})).encrypt(b"hunter2", PLACE)
    with pytest.raises(UnknownKeyError, match=r"'old'") as caught:
        Vault(new_ring()).decrypt(sealed, PLACE)
    assert sealed.rpartition(".")[2] not in caught.value.detail


def test_a_value_cannot_be_passed_off_as_sealed_by_another_key() -> None:
    ring = KeyRing(current="a", keys={"a": bytes(32), "b": bytes(32)})
    sealed = Vault(ring).encrypt(b"hunter2", PLACE)
    with pytest.raises(TamperedValueError):
        Vault(ring).decrypt(sealed.replace("v1.a.", "v1.b."), PLACE)


def test_rotation_brings_a_value_under_the_current_key_once() -> None:
    old = new_ring()
    sealed = Vault(old).encrypt(b"hunter2", PLACE)
    new = old.with_new_current()
    vault = Vault(new)
    rotated = vault.rotate(sealed, PLACE)
    assert not vault.is_current(sealed)
    assert vault.is_current(rotated)
    assert vault.rotate(rotated, PLACE) == rotated
    assert (
        Vault(KeyRing(current=new.current, keys={new.current: new.current_key})).decrypt(rotated, PLACE) == b"hunter2"
    )
