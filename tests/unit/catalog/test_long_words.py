"""Requests with words that no function is called by."""

import time

from madang.catalog.queries import read_query


def test_a_word_of_a_hundred_thousand_characters_is_read_at_once_and_passed_over() -> None:
    begun = time.process_time()
    read = read_query("create a note with text " + "x" * 99_000)
    assert time.process_time() - begun < 5
    assert read.tokens == read_query("create a note with text ;").tokens
