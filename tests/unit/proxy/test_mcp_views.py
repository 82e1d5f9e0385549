"""What the proxy knows of a connection to an MCP server."""

from dataclasses import replace

from madang.catalog.mediation import Mediated, MediatedFunction
from madang.proxy.catalog import view_of
from madang.schema.functions import SecurityScheme

FOUND = Mediated(
    id="cxn_1",
    account="acc_1",
    connector_id="ctr_1",
    server_url="https://desk.example/mcp",
    allowed_hosts=(),
    credentials={},
    security_schemes=(SecurityScheme(name="bearer", kind="bearer"),),
    own_schemes=(),
    functions=(
        MediatedFunction(
            id="fn_1",
            method="CALL",
            path="/tools/add",
            security=({"bearer": ()}, {}),
            servers=(),
            effect="safe",
            tool="add",
        ),
    ),
    is_mcp=True,
)


def test_a_token_goes_into_calls_and_into_what_comes_before_them() -> None:
    view = view_of(FOUND)

    assert (view.is_mcp, view.functions[0].tool) == (True, "add")
    assert list(view.functions[0].security) == [{"bearer": ()}, {}]
    assert list(view.handshake_security) == [{"bearer": ()}]
    assert view.overrides.first_byte_seconds == 300


def test_a_scheme_that_the_connection_declares_goes_first() -> None:
    own = SecurityScheme(name="key", kind="apiKey", location="header", parameter="X-Key")

    view = view_of(replace(FOUND, own_schemes=(own,), credentials={"key": "crd_1"}))

    assert view.functions[0].security[0] == {"key": ()}
    assert view.handshake_security[0] == {"key": ()}


def test_another_connection_speaks_no_mcp() -> None:
    view = view_of(replace(FOUND, is_mcp=False, functions=()))

    assert (view.is_mcp, view.handshake_security, view.overrides.first_byte_seconds) == (False, (), None)
