import { Card, type Column, Table } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { functionWords } from "./messages.ts";
import type { ApiFunction } from "./page.tsx";
import { SchemaTree } from "./schema-tree.tsx";

interface Answer {
  status: string;
  description: string;
  mediaType: string;
}

/** What the document says of the answers. */
export function AnswerTab({ found }: { found: ApiFunction }) {
  const t = useMessages(functionWords);
  const columns: readonly Column<Answer>[] = [
    {
      id: "status",
      header: t.status,
      width: "5rem",
      cell: (answer) => <span className="font-mono">{answer.status}</span>,
    },
    { id: "meaning", header: t.meaning, width: "minmax(0,2fr)", cell: (answer) => answer.description },
    {
      id: "media",
      header: t.mediaType,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (answer) => <span className="font-mono text-xs text-muted">{answer.mediaType}</span>,
    },
  ];
  return (
    <div className="flex flex-col gap-4">
      <Card title={t.answerSchema}>
        <SchemaTree label={t.schemaTree(found.name)} schema={found.result} empty={t.answerUnknown} />
      </Card>
      {found.answers.length === 0 ? null : (
        <Card title={t.answers} isFlush>
          <Table
            label={t.answers}
            columns={columns}
            rows={found.answers.map(answerOf)}
            rowKey={(answer) => `${answer.status} ${answer.mediaType}`}
          />
        </Card>
      )}
    </div>
  );
}

function answerOf(answer: Readonly<Record<string, unknown>>): Answer {
  const text = (name: string): string => (typeof answer[name] === "string" ? answer[name] : "");
  return { status: text("status"), description: text("description"), mediaType: text("media_type") };
}
