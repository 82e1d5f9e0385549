import { take, type Schemas } from "@madang/sdk";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { Badge, Card, Code, Facts, Skeleton, Tabs } from "@madang/ui";
import { madang } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { Description } from "../../../schema-form/words.tsx";
import { EffectBadge, RequestLine, useEffectWords } from "../badges.tsx";
import { connectors } from "../messages.ts";
import { useConnector } from "../queries.ts";
import { AnswerTab } from "./answer-tab.tsx";
import { DialectTab } from "./dialect-tab.tsx";
import { functionWords } from "./messages.ts";
import { SchemaTree } from "./schema-tree.tsx";
import { TryOne } from "./try-one.tsx";

export type ApiFunction = Schemas["FunctionView"];

/** One function: what it does, takes and answers, and a try. */
export function FunctionPage() {
  const t = useMessages(functionWords);
  const { function: name } = useParams({ from: "/connectors/$connector/functions/$function" });
  const { name: connector, current_version: version } = useConnector();
  const found = useQuery({
    queryKey: ["functions", "one", connector, version, name],
    queryFn: ({ signal }) => {
      const params = { path: { function: `${connector}.${name}` } };
      return take(madang.GET("/api/functions/{function}", { params, signal }));
    },
  });
  return (
    <div className="flex flex-col gap-4">
      <div>
        <Link
          to="/connectors/$connector"
          params={{ connector }}
          className="inline-flex items-center gap-1.5 text-sm text-muted hover:text-ink"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {t.back}
        </Link>
      </div>
      {found.data === undefined ? (
        found.isError ? (
          <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Skeleton lines={6} />
        )
      ) : (
        <Whole key={found.data.id} found={found.data} />
      )}
    </div>
  );
}

function Whole({ found }: { found: ApiFunction }) {
  const t = useMessages(functionWords);
  return (
    <>
      <title>{`${found.full_name} · Madang`}</title>
      <Head found={found} />
      <Tabs
        label={t.tabs}
        tabs={[
          { id: "try", label: t.tabTry, content: <TryOne found={found} /> },
          {
            id: "arguments",
            label: t.tabArguments,
            content: (
              <Card>
                <SchemaTree label={t.schemaTree(found.name)} schema={found.arguments} empty={t.argumentsNone} />
              </Card>
            ),
          },
          { id: "answer", label: t.tabAnswer, content: <AnswerTab found={found} /> },
          { id: "models", label: t.tabModels, content: <DialectTab found={found} /> },
        ]}
      />
    </>
  );
}

function Head({ found }: { found: ApiFunction }) {
  const t = useMessages(functionWords);
  const c = useMessages(connectors);
  const [, effectAbout] = useEffectWords()[found.effect];
  return (
    <Card>
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <h2 className="text-lg font-semibold wrap-anywhere">{found.name}</h2>
          <EffectBadge effect={found.effect} />
          {found.is_deprecated ? <Badge>{c.deprecated}</Badge> : null}
          {found.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </div>
        <RequestLine method={found.method} path={found.path} />
        {found.title === "" ? null : <p className="font-medium">{found.title}</p>}
        <p className="max-w-3xl text-sm text-muted">
          <Description text={found.description || (found.title === "" ? t.noDescription : "")} />
        </p>
        <Facts
          facts={[
            [t.effect, effectAbout],
            [t.security, <Security key="security" found={found} />],
          ]}
        />
      </div>
    </Card>
  );
}

/** The alternatives of credentials, each a set that is needed together. */
function Security({ found }: { found: ApiFunction }) {
  const t = useMessages(functionWords);
  const alternatives = found.security.map((names) => Object.keys(names).join(" + ") || "–");
  if (alternatives.length === 0) return <span>{t.securityNone}</span>;
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {alternatives.map((names, index) => (
        <span key={names} className="flex items-center gap-1.5">
          {index > 0 ? <span className="text-muted">{t.securityOr}</span> : null}
          <Code>{names}</Code>
        </span>
      ))}
    </span>
  );
}
