from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from madang.kit.errors import UsageError
from madang.settings import Settings, load_settings
from madang.storage.keys import (
    KEY_NAMES,
    KeyRing,
    ensure_keys,
    new_ring,
    parse_keys,
    public_ring,
    signing_keys,
    verifying_keys,
)


def settings_of(home: Path, **variables: str) -> Settings:
    return load_settings({"MADANG_HOME": str(home), **variables})


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_missing_keys_are_made_in_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    texts = ensure_keys(settings_of(tmp_path / "home"))
    folder = tmp_path / "home" / "keys"
    assert set(texts) == set(KEY_NAMES)
    assert mode_of(folder) == 0o700
    assert {path.name: mode_of(path) for path in folder.iterdir()} == {
        "credential_key": 0o600,
        "grant_key": 0o600,
        "journal_key": 0o600,
    }


def test_keys_stay_what_they_are(tmp_path: Path) -> None:
    assert ensure_keys(settings_of(tmp_path)) == ensure_keys(settings_of(tmp_path))


def test_starters_at_the_same_time_end_with_the_same_keys(tmp_path: Path) -> None:
    for attempt in range(10):
        settings = settings_of(tmp_path / str(attempt))
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(ensure_keys, [settings] * 8))
        assert all(texts == found[0] for texts in found)
        assert len(list(settings.keys.iterdir())) == 3


def test_a_server_is_given_only_the_keys_that_are_asked_for(tmp_path: Path) -> None:
    assert set(ensure_keys(settings_of(tmp_path), {"journal_key"})) == {"journal_key"}
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["journal_key"]


def test_the_public_keys_check_what_the_grant_keys_sign(tmp_path: Path) -> None:
    texts = ensure_keys(settings_of(tmp_path))
    signers = signing_keys(parse_keys(texts["grant_key"], name="grant_key"))
    checkers = verifying_keys(parse_keys(texts["grant_public_keys"], name="grant_public_keys"))
    assert set(signers) == set(checkers)
    for kid, signer in signers.items():
        checkers[kid].verify(signer.sign(b"grant"), b"grant")


def test_a_setting_wins_over_a_file(tmp_path: Path) -> None:
    ensure_keys(settings_of(tmp_path))
    given = new_ring().to_text()
    assert ensure_keys(settings_of(tmp_path, MADANG_JOURNAL_KEY=given))["journal_key"] == given


def test_real_mode_makes_no_key_and_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"MADANG_CREDENTIAL_KEY is not set.*real mode makes no keys"):
        ensure_keys(settings_of(tmp_path, MADANG_MODE="real"))
    assert not (tmp_path / "keys").exists()


def test_real_mode_takes_keys_from_settings_and_files(tmp_path: Path) -> None:
    made = ensure_keys(settings_of(tmp_path), {"credential_key"})
    grant = new_ring()
    settings = settings_of(tmp_path, MADANG_MODE="real", MADANG_GRANT_KEY=grant.to_text())
    texts = ensure_keys(settings, {"credential_key", "grant_key", "grant_public_keys"})
    assert texts == {
        "credential_key": made["credential_key"],
        "grant_key": grant.to_text(),
        "grant_public_keys": public_ring(grant).to_text(),
    }


def test_real_mode_refuses_a_key_file_that_others_can_read(tmp_path: Path) -> None:
    ensure_keys(settings_of(tmp_path))
    (tmp_path / "keys" / "grant_key").chmod(0o644)
    with pytest.raises(UsageError, match=r"can be read by others \(mode 0644\)"):
        ensure_keys(settings_of(tmp_path, MADANG_MODE="real"))


def test_local_mode_closes_a_key_file_that_others_can_read(tmp_path: Path) -> None:
    ensure_keys(settings_of(tmp_path))
    (tmp_path / "keys" / "grant_key").chmod(0o644)
    ensure_keys(settings_of(tmp_path))
    assert mode_of(tmp_path / "keys" / "grant_key") == 0o600


def test_several_keys_have_an_order_and_the_first_is_current() -> None:
    ring = KeyRing(current="new", keys={"old": bytes(32), "new": bytes([1]) * 32})
    read = parse_keys(ring.to_text(), name="journal_key")
    assert (read.current, list(read.keys)) == ("new", ["new", "old"])
    assert read.find("old") == bytes(32)
    assert read.find("other") is None


@pytest.mark.parametrize(
    "text",
    ["", "abc", "kid:", "kid:AAAA", ":" + "A" * 43, "k k:" + "A" * 43, "kid:" + "!" * 43, f"a:{'A' * 43},a:{'A' * 43}"],
)
def test_a_key_in_a_wrong_form_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(UsageError, match=r"^MADANG_GRANT_KEY: key \d is not") as caught:
        parse_keys(text, name="grant_key")
    assert "A" * 20 not in caught.value.detail


def test_a_ring_does_not_show_its_keys() -> None:
    ring = new_ring()
    assert ring.to_text().partition(":")[2] not in repr(ring)
    assert repr(ring.current_key) not in repr(ring)
