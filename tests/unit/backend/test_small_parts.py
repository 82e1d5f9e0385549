import pytest

from madang.backend.domains.sign_in.views import bad_link_page, preferred_language
from madang.backend.domains.system.service import check_keys
from madang.backend.http.authentication import cookie_name
from madang.backend.http.etags import etag_of, expected_revision
from madang.kit.errors import PreconditionError
from madang.settings import load_settings
from madang.storage.keys import new_ring


def test_an_etag_reads_back_as_its_revision() -> None:
    assert expected_revision(etag_of(12)) == 12
    assert expected_revision(None) is None
    assert expected_revision("*") is None


@pytest.mark.parametrize("text", ["", "12", '"12"', 'W/"r12"', '"r-1"', '"r12", "r13"'])
def test_an_etag_that_is_not_ours_fails_the_condition(text: str) -> None:
    with pytest.raises(PreconditionError):
        expected_revision(text)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("fr, ko;q=0.1", "ko"),
        ("ko;q=0, en;q=0.5", "en"),
        ("ko;q=nonsense", "en"),
    ],
)
def test_the_page_of_a_bad_link_speaks_the_browsers_language(header: str, language: str) -> None:
    assert preferred_language(header) == language
    page = bad_link_page(header)
    assert f'lang="{language}"' in page
    assert "madang sign-in" in page


def test_two_installations_on_one_host_do_not_share_a_cookie() -> None:
    assert cookie_name(load_settings({})) == "madang_session_8700"
    assert cookie_name(load_settings({"MADANG_BACKEND_PORT": "9000"})) == "madang_session_9000"


def test_readiness_wants_the_key_that_signs_grants() -> None:
    assert "MADANG_GRANT_KEY is not set" in check_keys(load_settings({})).detail
    assert "kid:base64url" in check_keys(load_settings({"MADANG_GRANT_KEY": "nonsense"})).detail
    assert check_keys(load_settings({"MADANG_GRANT_KEY": new_ring().to_text()})).is_ok
