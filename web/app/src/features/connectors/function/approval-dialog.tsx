import { Button, Code, Dialog, Facts, JsonTree, useLabels } from "@madang/ui";
import { useMessages } from "../../../i18n/tables.ts";
import { EffectBadge, RequestLine, useEffectWords } from "../badges.tsx";
import type { Call, Calling } from "./calling.ts";
import { functionWords } from "./messages.ts";
import type { ApiFunction } from "./page.tsx";

export interface ApprovalDialogProps {
  found: ApiFunction;
  call: Call;
  calling: Calling;
}

/** A call that changes something, before anybody has made it: where it goes, with what, and what that means. */
export function ApprovalDialog({ found, call, calling }: ApprovalDialogProps) {
  const t = useMessages(functionWords);
  const labels = useLabels();
  const [, about] = useEffectWords()[call.effect];
  return (
    <Dialog
      title={t.approveTitle}
      about={found.title || found.full_name}
      isOpen
      isWide
      onClose={calling.decline}
      footer={
        <>
          <Button onClick={calling.decline}>{labels.cancel}</Button>
          <Button look="primary" onClick={calling.approve}>
            {t.approve}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Facts
          facts={[
            [
              t.approveTarget,
              <span key="target" className="flex flex-col gap-1">
                <Code>{call.server_url ?? ""}</Code>
                <RequestLine method={found.method} path={found.path} />
              </span>,
            ],
            [
              t.approveEffect,
              <span key="effect" className="flex flex-col items-start gap-1">
                <EffectBadge effect={call.effect} />
                <span className="text-muted">{about}</span>
              </span>,
            ],
          ]}
        />
        <div className="flex flex-col gap-1.5">
          <h3 className="text-sm font-medium">{t.approveArguments}</h3>
          <JsonTree value={call.arguments} label={t.approveArguments} />
        </div>
      </div>
    </Dialog>
  );
}
