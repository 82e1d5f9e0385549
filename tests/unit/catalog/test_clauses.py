"""What is asked of PostgreSQL: nothing that many functions match, and everything that tells those apart."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from madang.catalog.clauses import ANYWHERE_SHARE, Asked, Clause, ask, each_word
from madang.catalog.queries import read_query
from madang.catalog.ranking import Rarity, weigh

TOTAL = 50_000


def _ask(request: str, functions: Mapping[str, int], named: Mapping[str, int]) -> Asked:
    return ask(weigh(read_query(request), Rarity(TOTAL, functions)), functions, named)


def _queries(clauses: list[Clause] | tuple[Clause, ...]) -> list[str]:
    return [each.query for each in clauses]


def test_a_rare_word_is_asked_for_by_itself_anywhere_and_in_names() -> None:
    asked = _ask("gist", {"gist": 40}, {"gist": 30})
    assert asked == Asked(
        anywhere=[Clause(query="('gist')", value=ANYWHERE_SHARE)],
        named=[Clause(query="('gist')", value=1 - ANYWHERE_SHARE)],
    )


def test_a_common_word_is_asked_for_only_beside_a_rare_one() -> None:
    asked = _ask("star gist", {"star": 20_000, "gist": 40}, {"star": 15_000, "gist": 30})
    assert _queries([*asked.anywhere]) == ["('gist')", "('star') & (('gist'))"]
    assert _queries([*asked.named]) == ["('gist')", "('star') & (('gist'))"]


def test_of_common_words_alone_the_most_telling_is_asked_for_with_each_other_one() -> None:
    functions = {"star": 20_000, "branch": 5_000, "owner": 30_000}
    asked = _ask("star branch owner", functions, {"star": 15_000, "branch": 4_000, "owner": 9_000})
    assert asked.anywhere == []
    assert sorted(_queries([*asked.named])) == ["('branch') & ('owner')", "('branch') & ('star')"]


@pytest.mark.parametrize(("named", "place"), [({"star": 15_000}, "named"), ({"star": 0}, "anywhere")])
def test_one_common_word_is_all_there_is_to_ask_for(named: Mapping[str, int], place: str) -> None:
    asked = _ask("star", {"star": 20_000}, named)
    other = "anywhere" if place == "named" else "named"
    assert (getattr(asked, place), getattr(asked, other)) == ([Clause(query="('star')", value=1.0)], [])


def test_words_that_no_function_has_are_asked_for_nowhere() -> None:
    assert _ask("xylophone", {}, {}) == Asked(anywhere=[], named=[])


def test_the_synonyms_of_a_word_are_asked_for_only_where_no_function_has_the_word() -> None:
    with_word = _ask("remove gist", {"remove": 9, "delete": 9}, {"remove": 9, "delete": 9})
    without = _ask("remove gist", {"delete": 9}, {"delete": 9})
    assert (_queries([*with_word.named]), _queries([*without.named])) == (["('remove')"], ["('delete')"])


def test_what_all_words_are_worth_is_the_whole_request() -> None:
    functions = {"star": 20_000, "gist": 40}
    weighed = weigh(read_query("star gist"), Rarity(TOTAL, functions))
    assert sum(each.value for each in each_word(weighed, functions, functions)) == pytest.approx(1.0)
