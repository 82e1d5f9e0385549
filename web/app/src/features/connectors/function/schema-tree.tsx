import { ChevronRight } from "lucide-react";
import { useMemo, useState } from "react";
import { Badge, cx } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { Description } from "../../../schema-form/words.tsx";
import { definitionsOf, type JsonObject } from "../../../schema-form/schema.ts";
import { functionWords } from "./messages.ts";
import { nodeOf, type SchemaNode } from "./schema-nodes.ts";

export interface SchemaTreeProps {
  label: string;
  schema: unknown;
  /** What is said of a schema that says nothing. */
  empty: string;
}

/** A schema as a tree that opens as far as one looks; a recursive one has no end and needs none. */
export function SchemaTree({ label, schema, empty }: SchemaTreeProps) {
  const definitions = useMemo(() => definitionsOf(schema), [schema]);
  const node = useMemo(() => nodeOf("", schema, definitions, false), [schema, definitions]);
  if (node.children.length === 0 && (node.type === "any" || node.type === "object")) {
    return <p className="text-sm text-muted">{empty}</p>;
  }
  return (
    <ul aria-label={label} className="flex flex-col">
      {node.type === "object" ? (
        node
          .open(definitions)
          .map((child) => <Branch key={child.name} node={child} definitions={definitions} depth={0} />)
      ) : (
        <Branch node={node} definitions={definitions} depth={0} />
      )}
    </ul>
  );
}

const OPEN_DEPTH = 1;

function Branch({ node, definitions, depth }: { node: SchemaNode; definitions: JsonObject; depth: number }) {
  const t = useMessages(functionWords);
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && node.children.length < 12);
  const children = isOpen ? node.open(definitions) : [];
  const canOpen = node.children.length > 0;
  return (
    <li className={cx("py-2", depth > 0 && "border-l border-line pl-3")}>
      <div className="flex items-start gap-1.5">
        {canOpen ? (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={t.open(node.name || node.type)}
            onClick={() => setOpen(!isOpen)}
            className="mt-0.5 rounded text-muted hover:text-ink"
          >
            <ChevronRight aria-hidden className={cx("size-4", isOpen && "rotate-90")} />
          </button>
        ) : (
          <span className="w-4 shrink-0" />
        )}
        <div className="flex min-w-0 flex-col gap-0.5">
          <span className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5 text-sm">
            <span className="font-mono font-medium wrap-anywhere">{node.name}</span>
            <TypeName node={node} />
            {node.isRequired ? <span className="text-xs text-warning">{t.requiredMark}</span> : null}
            {node.isHuman ? <Badge tone="info">{t.humanMark}</Badge> : null}
          </span>
          {node.limits === "" ? null : (
            <span className="font-mono text-xs wrap-anywhere text-muted">{node.limits}</span>
          )}
          <p className="text-sm text-muted">
            <Description text={node.description} />
          </p>
        </div>
      </div>
      {children.length === 0 ? null : (
        <ul className="mt-1 ml-2 flex flex-col">
          {children.map((child) => (
            <Branch key={child.name} node={child} definitions={definitions} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}

function TypeName({ node }: { node: SchemaNode }) {
  const t = useMessages(functionWords);
  const word = node.type === "any" ? t.any : node.type === "union" ? t.oneOf : node.type;
  return <span className="text-xs text-muted">{node.item === undefined ? word : t.listOf(node.item)}</span>;
}
