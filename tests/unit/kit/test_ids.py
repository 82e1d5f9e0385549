from madang.kit.ids import is_id, new_id


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    assert new_id("cnv", at_ms=1_000) < new_id("cnv", at_ms=2_000)


def test_an_identifier_is_a_uuid_of_version_7_with_its_prefix() -> None:
    made = new_id("ctr", at_ms=0x0192_0000_0001)
    assert made.startswith("ctr_019200000001" + "7")
    assert made[4 + 16] in "89ab"
    assert is_id(made, "ctr")
    assert not is_id(made, "cxn")
