"""Terms are stored: whoever changes how they are made raises their version, so that older ones are made anew."""

from __future__ import annotations

from hashlib import sha256

from madang.catalog.version_records import TERMS_VERSION, VersionPlace, find_terms
from madang.schema.functions import Function

PLACE = VersionPlace(account="acc", connector_id="ctr", connector="github", version_id="ver")
FUNCTIONS = (
    Function(
        name="issues.list_for_repo",
        model_name="issues_list_for_repo",
        method="GET",
        path="/repos/{owner}/{repo}/issues",
        title="List repository issues",
        description="Lists issues in a <b>repository</b>. Only open ones are returned by default.",
        tags=("issues",),
    ),
    Function(
        name="orgs.get_authenticated_apps",
        model_name="orgs_get_authenticated_apps",
        method="GET",
        path="/org/apps2",
        title="",
        description="조직의 앱 목록을 보여 줍니다. Café categories, HTTPServer.",
        tags=(),
        is_deprecated=True,
    ),
    Function(
        name="post_articles_article_id_publish",
        model_name="post_articles_article_id_publish",
        method="POST",
        path="/articles/{article_id}/publish",
        title="Publish an article",
        description="",
        tags=("blog posts",),
    ),
)
KNOWN = {1: "6046caccc605a4fe"}
"""By version, what it makes of the functions above. An older entry is of no use any more."""


def test_terms_change_only_together_with_their_version() -> None:
    found = find_terms(PLACE, [(function.name, function) for function in FUNCTIONS], "GitHub API")
    made = sha256(repr((sorted(found.columns.items()), sorted(found.counts.items()))).encode()).hexdigest()[:16]
    assert {TERMS_VERSION: made} == KNOWN, (
        "raise TERMS_VERSION in catalog.version_records, and enter what it makes here"
    )
