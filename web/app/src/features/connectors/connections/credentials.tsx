import { take, type Schemas } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Plus } from "lucide-react";
import { Badge, Button, Card, ConfirmDialog, useToast } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { useFormat } from "../../../i18n/format.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { CONNECTIONS, type Connection } from "../queries.ts";
import { CredentialDialog } from "./credential-dialog.tsx";
import { DeclareDialog, Undeclare } from "./declare-dialog.tsx";
import { waysOf } from "./credential-fields.ts";
import { connectionWords } from "./messages.ts";

export type Credential = Schemas["CredentialView"];

/** Which security schemes have a credential. The credentials themselves are at the proxy and nowhere else. */
export function Credentials({ connection }: { connection: Connection }) {
  const t = useMessages(connectionWords);
  const [setting, setSetting] = useState<Credential | undefined>(undefined);
  const [isDeclaring, setDeclaring] = useState(false);
  const [removing, setRemoving] = useState<Credential | undefined>(undefined);
  const credentials = connection.credentials ?? [];
  return (
    <Card
      title={t.credentials}
      about={t.credentialsAbout}
      actions={
        <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setDeclaring(true)}>
          {t.declare}
        </Button>
      }
    >
      {credentials.length === 0 ? <p className="text-sm text-muted">{t.credentialsNone}</p> : null}
      <ul className="flex flex-col divide-y divide-line">
        {credentials.map((credential) => (
          <Row
            key={credential.scheme}
            connection={connection}
            credential={credential}
            onSet={setSetting}
            onRemove={setRemoving}
          />
        ))}
      </ul>
      {setting === undefined ? null : (
        <CredentialDialog connection={connection} credential={setting} onClose={() => setSetting(undefined)} />
      )}
      {isDeclaring ? <DeclareDialog connection={connection} onClose={() => setDeclaring(false)} /> : null}
      {removing === undefined ? null : (
        <RemoveDialog connection={connection} credential={removing} onClose={() => setRemoving(undefined)} />
      )}
    </Card>
  );
}

interface RowProps {
  connection: Connection;
  credential: Credential;
  onSet: (credential: Credential) => void;
  onRemove: (credential: Credential) => void;
}

function Row({ connection, credential, onSet, onRemove }: RowProps) {
  const t = useMessages(connectionWords);
  const format = useFormat();
  const { scheme, kind, description, is_set: isSet, set_at: setAt } = credential;
  const state = setAt === null ? t.isSet : t.setSince(format.relative(setAt));
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <div className="flex min-w-0 flex-1 basis-56 flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-2 text-sm">
          <span className="font-medium wrap-anywhere">{scheme}</span>
          <Badge>{kind}</Badge>
          {credential.is_own ? <Badge>{t.own}</Badge> : null}
          {isSet ? <Badge tone="good">{state}</Badge> : <Badge tone="warning">{t.isNotSet}</Badge>}
        </span>
        {description === "" ? null : <span className="text-sm wrap-anywhere text-muted">{description}</span>}
      </div>
      {waysOf(kind).length === 0 ? (
        <span className="text-sm text-muted">{t.unsupported}</span>
      ) : (
        <Button
          size="sm"
          aria-label={isSet ? t.replaceNamed(scheme) : t.setNamed(scheme)}
          onClick={() => onSet(credential)}
        >
          {isSet ? t.replace : t.set}
        </Button>
      )}
      {isSet ? (
        <Button size="sm" look="ghost" aria-label={t.removeNamed(scheme)} onClick={() => onRemove(credential)}>
          {t.remove}
        </Button>
      ) : credential.is_own ? (
        <Undeclare connection={connection} scheme={scheme} />
      ) : null}
    </li>
  );
}

interface RemoveDialogProps {
  connection: Connection;
  credential: Credential;
  onClose: () => void;
}

function RemoveDialog({ connection, credential, onClose }: RemoveDialogProps) {
  const t = useMessages(connectionWords);
  const toast = useToast();
  const path = { connection_id: connection.id, scheme: credential.scheme };
  const removal = useMutation({
    mutationFn: () =>
      take(madang.DELETE("/api/connections/{connection_id}/credentials/{scheme}", { params: { path } })),
    onSuccess: async () => {
      toast({ text: t.credentialRemoved(credential.scheme) });
      await queries.invalidateQueries({ queryKey: CONNECTIONS });
    },
  });
  return (
    <ConfirmDialog
      title={t.removeNamed(credential.scheme)}
      action={t.remove}
      isOpen
      onClose={onClose}
      onConfirm={() => removal.mutateAsync()}
      error={removal.isError ? <ProblemNotice error={removal.error} /> : null}
    >
      <p>{t.removeAbout}</p>
    </ConfirmDialog>
  );
}
