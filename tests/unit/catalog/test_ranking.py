from collections import Counter

import pytest

from madang.catalog.queries import read_query
from madang.catalog.ranking import Rarity, act_of, score, terms_of, weigh
from madang.schema.functions import Function


def _function(name: str, method: str, path: str, title: str) -> Function:
    return Function(name=name, model_name=name, method=method, path=path, title=title, description="", tags=("x",))


FUNCTIONS = (
    _function("issues.list_for_repo", "GET", "/repos/{owner}/{repo}/issues", "List repository issues"),
    _function("issues.create", "POST", "/repos/{owner}/{repo}/issues", "Create an issue"),
    _function("issues.list_labels_for_repo", "GET", "/repos/{owner}/{repo}/labels", "List labels for a repository"),
    _function("issues.create_comment", "POST", "/repos/{owner}/{repo}/issues/{n}/comments", "Create an issue comment"),
    _function("repos.delete", "DELETE", "/repos/{owner}/{repo}", "Delete a repository"),
    _function("repos.create_fork", "POST", "/repos/{owner}/{repo}/forks", "Create a fork"),
    _function("repos.list_forks", "GET", "/repos/{owner}/{repo}/forks", "List forks"),
    _function("issues.add_labels", "POST", "/repos/{owner}/{repo}/issues/{n}/labels", "Add labels to an issue"),
    _function("users.get_authenticated", "GET", "/user", "Get the authenticated user"),
    _function("users.list_keys", "GET", "/user/keys", "List public keys for the authenticated user"),
    _function("repos.create_for_user", "POST", "/user/repos", "Create a repository for the authenticated user"),
    _function("articles.create", "POST", "/articles", "Post an article"),
    _function("comments.create", "POST", "/articles/{id}/comments", "Comment on an article"),
)


def _best(request: str) -> str:
    terms = [terms_of(function, "github") for function in FUNCTIONS]
    counts = Counter(token for each in terms for token in {t for field in each.fields.values() for t in field})
    rarity = Rarity(len(terms), counts)
    query = weigh(read_query(request), rarity)
    return max(zip(terms, FUNCTIONS, strict=True), key=lambda pair: score(query, pair[0]).value)[1].name


@pytest.mark.parametrize(
    ("request_text", "name"),
    [
        ("list the issues of repo x of owner y", "issues.list_for_repo"),
        ("y 소유자의 x 저장소 이슈 목록을 보여 줘", "issues.list_for_repo"),
        ('open an issue titled "delete the labels"', "issues.create"),
        ("이슈 12에 댓글을 달아 줘", "issues.create_comment"),
        ("remove the repository", "repos.delete"),
        ("저장소를 지워 줘", "repos.delete"),
        ("show all labels", "issues.list_labels_for_repo"),
        ("who am i", "users.get_authenticated"),
        ("새 저장소를 만들어 줘", "repos.create_for_user"),
        ("이슈에 라벨 추가", "issues.add_labels"),
        ("fork the repo", "repos.create_fork"),
        ("게시판에 글을 올려 줘", "articles.create"),
        ("글 3에 댓글을 달아 줘", "comments.create"),
    ],
)
def test_a_request_in_either_language_ranks_the_function_it_means_first(request_text: str, name: str) -> None:
    assert _best(request_text) == name


def test_values_of_a_request_are_not_what_it_is_about() -> None:
    query = read_query('send "delete repository" to a@b.example at 12:30 via https://example.com/delete')
    assert [concept.word for concept in query.concepts] == ["send", "via"]


def test_a_request_about_something_else_covers_nothing() -> None:
    terms = terms_of(FUNCTIONS[0], "github")
    query = weigh(read_query("bake a chocolate cake"), Rarity(1, {"issue": 1}))
    assert score(query, terms).coverage == 0.0


@pytest.mark.parametrize(
    ("method", "path", "name", "act"),
    [
        ("GET", "/pets", "pets.all", "list"),
        ("GET", "/pets/{id}", "pets.by_id", "get"),
        ("POST", "/pets/search", "pets.search", "list"),
        ("POST", "/pets", "pets.pets_post", "create"),
        ("PATCH", "/pets/{id}", "pets.touch", "update"),
        ("DELETE", "/pets/{id}", "pets.remove", "delete"),
        ("POST", "/invoices/{id}/void", "v1.post_invoices_id_void", "update"),
        ("GET", "/repos/{id}/issues", "repos.get_repos_id_issues", "list"),
        ("POST", "/issues/{id}/labels", "issues.post_issues_id_labels", "create"),
    ],
)
def test_what_an_operation_does_is_read_from_its_verb_or_method(method: str, path: str, name: str, act: str) -> None:
    assert act_of(method, path, name) == act


def _described(title: str, description: str) -> Function:
    return Function(
        name="v1.post_charges",
        model_name="x",
        method="POST",
        path="/v1/charges",
        title=title,
        description=description,
    )


def test_a_title_that_is_only_the_name_in_words_gives_way_to_the_first_sentence_of_the_description() -> None:
    terms = terms_of(_described("Post charges", "<p>Takes money from a card. It may fail.</p>"), "shop")
    assert terms.fields["title"] == ["take", "money", "from", "a", "card"]


def test_a_title_of_the_document_is_kept() -> None:
    assert terms_of(_described("Pay by card", "Takes money."), "shop").fields["title"] == ["pay", "by", "card"]


def test_the_name_of_the_connector_is_no_part_of_a_functions_own_name() -> None:
    function = _function("mail.users.mail_send", "POST", "/mail/send", "Send")
    assert "mail" not in terms_of(function, "mail").fields["name"]
