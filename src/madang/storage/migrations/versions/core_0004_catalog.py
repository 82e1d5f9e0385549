"""Connectors, versions, functions, their schemas and search terms, connections."""

from alembic import op

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None

TABLES = (
    "connection",
    "search_term",
    "function_terms",
    "function_schema",
    "function",
    "import_remark",
    "connector_version",
    "connector",
)


def upgrade() -> None:
    for statement in _TABLES + _INDEXES:
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE madang.{table}")


_TABLES = (
    """
    CREATE TABLE madang.connector (
        id text CONSTRAINT pk_connector PRIMARY KEY,
        account_id text NOT NULL,
        name text NOT NULL,
        title text NOT NULL,
        description text NOT NULL,
        source_url text,
        allowed_hosts text[] NOT NULL,
        current_version integer,
        revision integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT uq_connector_account_id_name UNIQUE (account_id, name)
    )
    """,
    """
    CREATE TABLE madang.connector_version (
        id text CONSTRAINT pk_connector_version PRIMARY KEY,
        account_id text NOT NULL,
        connector_id text NOT NULL
            CONSTRAINT fk_connector_version_connector_id REFERENCES madang.connector ON DELETE CASCADE,
        number integer NOT NULL,
        document_hash text NOT NULL,
        document_key text NOT NULL,
        document_bytes integer NOT NULL,
        dialect text NOT NULL,
        title text NOT NULL,
        document_version text NOT NULL,
        servers jsonb NOT NULL,
        security_schemes jsonb NOT NULL,
        schema_sources jsonb NOT NULL,
        found integer NOT NULL,
        imported integer NOT NULL,
        with_loss integer NOT NULL,
        refused integer NOT NULL,
        created_at timestamptz NOT NULL,
        indexed_at timestamptz,
        CONSTRAINT uq_connector_version_account_id_connector_id_number UNIQUE (account_id, connector_id, number)
    )
    """,
    """
    CREATE TABLE madang.import_remark (
        version_id text NOT NULL
            CONSTRAINT fk_import_remark_version_id REFERENCES madang.connector_version ON DELETE CASCADE,
        position integer NOT NULL,
        account_id text NOT NULL,
        severity text NOT NULL,
        pointer text NOT NULL,
        code text NOT NULL,
        message text NOT NULL,
        CONSTRAINT pk_import_remark PRIMARY KEY (version_id, position)
    )
    """,
    """
    CREATE TABLE madang.function (
        id text CONSTRAINT pk_function PRIMARY KEY,
        account_id text NOT NULL,
        connector_id text NOT NULL
            CONSTRAINT fk_function_connector_id REFERENCES madang.connector ON DELETE CASCADE,
        version_id text NOT NULL
            CONSTRAINT fk_function_version_id REFERENCES madang.connector_version ON DELETE CASCADE,
        position integer NOT NULL,
        name text NOT NULL,
        model_name text NOT NULL,
        method text NOT NULL,
        path text NOT NULL,
        title text NOT NULL,
        effect text NOT NULL,
        is_deprecated boolean NOT NULL,
        definition json NOT NULL,
        refers_to text[] NOT NULL,
        CONSTRAINT uq_function_account_id_version_id_name UNIQUE (account_id, version_id, name)
    )
    """,
    """
    CREATE TABLE madang.function_schema (
        version_id text NOT NULL
            CONSTRAINT fk_function_schema_version_id REFERENCES madang.connector_version ON DELETE CASCADE,
        name text NOT NULL,
        account_id text NOT NULL,
        body json NOT NULL,
        refers_to text[] NOT NULL,
        CONSTRAINT pk_function_schema PRIMARY KEY (version_id, name)
    )
    """,
    """
    CREATE TABLE madang.function_terms (
        function_id text CONSTRAINT pk_function_terms PRIMARY KEY
            CONSTRAINT fk_function_terms_function_id REFERENCES madang.function ON DELETE CASCADE,
        account_id text NOT NULL,
        connector_id text NOT NULL
            CONSTRAINT fk_function_terms_connector_id REFERENCES madang.connector ON DELETE CASCADE,
        act text,
        is_deprecated boolean NOT NULL,
        terms tsvector NOT NULL,
        passage text NOT NULL,
        embedding vector(384)
    )
    """,
    """
    CREATE TABLE madang.search_term (
        account_id text NOT NULL,
        connector_id text NOT NULL
            CONSTRAINT fk_search_term_connector_id REFERENCES madang.connector ON DELETE CASCADE,
        term text NOT NULL,
        functions integer NOT NULL,
        CONSTRAINT pk_search_term PRIMARY KEY (account_id, connector_id, term)
    )
    """,
    """
    CREATE TABLE madang.connection (
        id text CONSTRAINT pk_connection PRIMARY KEY,
        account_id text NOT NULL,
        connector_id text NOT NULL
            CONSTRAINT fk_connection_connector_id REFERENCES madang.connector ON DELETE CASCADE,
        label text NOT NULL,
        server_url text NOT NULL,
        variables jsonb NOT NULL,
        credentials jsonb NOT NULL,
        allowed_hosts text[] NOT NULL,
        effects jsonb NOT NULL,
        revision integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT uq_connection_account_id_connector_id_label UNIQUE (account_id, connector_id, label)
    )
    """,
)

_INDEXES = (
    "CREATE INDEX ix_connector_version_connector_id ON madang.connector_version (connector_id)",
    "CREATE INDEX ix_function_version_id_position ON madang.function (version_id, position)",
    "CREATE INDEX ix_function_connector_id ON madang.function (connector_id)",
    "CREATE INDEX ix_function_terms_terms ON madang.function_terms USING gin (terms)",
    "CREATE INDEX ix_function_terms_connector_id ON madang.function_terms (account_id, connector_id)",
    """
    CREATE INDEX ix_function_terms_embedding ON madang.function_terms
        USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64)
    """,
)
