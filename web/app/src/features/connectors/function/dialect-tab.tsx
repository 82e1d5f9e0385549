import { take } from "@madang/sdk";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Card, Code, CodeBlock, Facts, Field, Select, Skeleton } from "@madang/ui";
import { madang } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { functionWords } from "./messages.ts";
import type { ApiFunction } from "./page.tsx";

const DIALECTS = [
  { value: "openai", label: "OpenAI" },
  { value: "openai-strict", label: "OpenAI (strict)" },
  { value: "anthropic", label: "Anthropic" },
  { value: "gemini", label: "Gemini" },
  { value: "mcp", label: "MCP" },
] as const;

type Dialect = (typeof DIALECTS)[number]["value"];

/** The function as a tool of a vendor's models. */
export function DialectTab({ found }: { found: ApiFunction }) {
  const t = useMessages(functionWords);
  const [dialect, setDialect] = useState<Dialect>("openai");
  const tool = useQuery({
    queryKey: ["functions", "dialect", found.id, dialect],
    queryFn: ({ signal }) => {
      const params = { path: { function: found.id, dialect } };
      return take(madang.GET("/api/functions/{function}/dialects/{dialect}", { params, signal }));
    },
  });
  return (
    <Card title={t.tabModels} about={t.dialectAbout}>
      <div className="flex flex-col gap-4">
        <Facts
          facts={[
            [t.modelName, <Code key="model">{found.model_name}</Code>],
            [t.source, <Code key="source">{found.source}</Code>],
          ]}
        />
        <Field label={t.dialect}>
          {(ids) => (
            <Select<Dialect> {...ids} value={dialect} onValue={setDialect} options={DIALECTS} className="max-w-60" />
          )}
        </Field>
        {tool.data === undefined ? (
          tool.isError ? (
            <ProblemNotice error={tool.error} onRetry={() => void tool.refetch()} />
          ) : (
            <Skeleton lines={8} />
          )
        ) : (
          <CodeBlock code={JSON.stringify(tool.data, null, 2)} label={t.tabModels} />
        )}
      </div>
    </Card>
  );
}
