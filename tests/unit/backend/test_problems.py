from typing import Any

import orjson
import pytest
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from madang.backend.http.problems import MEDIA_TYPE, problem_response, translate
from madang.kit.errors import MadangError, NotFoundError, TooManyError, UnauthenticatedError


class RefusedError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__("duplicate key: (secret)=(hunter2)")
        self.sqlstate = sqlstate


def shown(error: Exception) -> dict[str, Any]:
    return orjson.loads(bytes(problem_response(translate(error), "0af7").body))


def test_an_error_of_ours_is_shown_as_it_is_with_the_trace() -> None:
    assert shown(NotFoundError("there is no thing 7")) == {
        "type": "urn:madang:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "there is no thing 7",
        "trace": "0af7",
    }


@pytest.mark.parametrize("error", [ValueError("hunter2"), KeyError("hunter2"), HTTPException(500, "hunter2")])
def test_an_error_that_nobody_foresaw_says_nothing_of_itself(error: Exception) -> None:
    problem = shown(error)
    assert problem["status"] == 500
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (IntegrityError("INSERT", {}, RefusedError("23505")), 409),
        (OperationalError("UPDATE", {}, RefusedError("40001")), 409),
        (OperationalError("UPDATE", {}, RefusedError("22021")), 422),
        (OperationalError("UPDATE", {}, RefusedError("40P01")), 409),
        (OperationalError("SELECT", {}, RefusedError("57P01")), 503),
        (OperationalError("SELECT", {}, RefusedError("53300")), 503),
        (IntegrityError("INSERT", {}, RefusedError("23502")), 500),
        (PoolTimeoutError("all connections are taken"), 503),
        (ConnectionRefusedError(), 503),
    ],
)
def test_what_the_database_refuses_becomes_a_status_without_its_values(error: Exception, status: int) -> None:
    problem = shown(error)
    assert problem["status"] == status
    assert "hunter2" not in str(problem)


def test_wrong_input_is_pointed_at_and_not_repeated() -> None:
    errors = [
        {"type": "missing", "loc": ("body", "name"), "msg": "Field required", "input": "hunter2"},
        {"type": "extra_forbidden", "loc": ("body", "a/b", 0), "msg": "Extra inputs are not permitted", "input": 1},
        {"type": "string_too_long", "loc": ("query", "cursor"), "msg": "too long", "input": "hunter2"},
    ]
    problem = shown(RequestValidationError(errors))
    assert problem["errors"] == [
        {"pointer": "/name", "code": "required", "message": "Field required"},
        {"pointer": "/a~1b/0", "code": "unknown", "message": "Extra inputs are not permitted"},
        {"pointer": "/cursor", "code": "string-too-long", "message": "too long"},
    ]
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (UnauthenticatedError("who?"), "www-authenticate", "Bearer"),
        (TooManyError("slower", retry_after_seconds=7), "retry-after", "7"),
        (HTTPException(405, headers={"Allow": "GET, POST"}), "allow", "GET, POST"),
        (HTTPException(404), "content-type", MEDIA_TYPE),
    ],
)
def test_an_error_brings_the_header_that_belongs_to_it(error: Exception, name: str, value: str) -> None:
    assert problem_response(translate(error), None).headers[name] == value


def test_a_status_of_a_library_keeps_its_meaning() -> None:
    assert [translate(HTTPException(status)).status for status in (400, 404, 405, 413)] == [400, 404, 405, 413]
    assert isinstance(translate(HTTPException(418, "teapot")), MadangError)
