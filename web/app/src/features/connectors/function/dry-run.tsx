import { Card, CodeBlock } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import type { Call } from "./calling.ts";
import { functionWords } from "./messages.ts";
import { requestText } from "./request-text.ts";

/** The request as it would be sent. */
export function DryRun({ call }: { call: Call }) {
  const t = useMessages(functionWords);
  return (
    <Card title={t.requestTitle} about={t.requestAbout}>
      <div aria-live="polite">
        <CodeBlock code={requestText(call.request ?? {})} label={t.requestTitle} />
      </div>
    </Card>
  );
}
