import { take, type Schemas } from "@madang/sdk";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { Badge, Button, Card, ConfirmDialog, EmptyState, Tooltip, useToast, type Column } from "@madang/ui";
import { madang, queries } from "../../api.ts";
import { useFormat } from "../../i18n/format.ts";
import { useMessages } from "../../i18n/tables.ts";
import { Listing } from "../../listing.tsx";
import { usePages } from "../../pages.ts";
import { ProblemNotice } from "../../problem.tsx";
import { account } from "./messages.ts";
import { NewKeyDialog } from "./new-key.tsx";

type ApiKey = Schemas["ApiKeyView"];

export const KEYS = ["api-keys"] as const;

export function ApiKeysSettings() {
  const t = useMessages(account);
  const navigate = useNavigate();
  const isCreating = useLocation({ select: (location) => location.hash === "new" });
  const [revoking, setRevoking] = useState<ApiKey | undefined>(undefined);
  const list = usePages(KEYS, (cursor, signal) =>
    take(madang.GET("/api/api-keys", { params: { query: { cursor } }, signal })),
  );
  const columns = useColumns(setRevoking);
  const create = (
    <Button
      look="primary"
      icon={<Plus className="size-4" />}
      onClick={() => void navigate({ to: ".", hash: "new", replace: true })}
    >
      {t.keyCreate}
    </Button>
  );
  const empty = (
    <EmptyState icon={<KeyRound className="size-5" />} title={t.keysEmpty} action={create}>
      {t.keysEmptyAbout}
    </EmptyState>
  );
  return (
    <Card title={t.keysLabel} about={t.keysAbout} actions={create} isFlush>
      <Listing label={t.keysLabel} list={list} columns={columns} rowKey={(key) => key.id} empty={empty} />
      <NewKeyDialog isOpen={isCreating} onClose={() => void navigate({ to: ".", hash: "", replace: true })} />
      {revoking === undefined ? null : (
        <RevokeDialog key={revoking.id} apiKey={revoking} onClose={() => setRevoking(undefined)} />
      )}
    </Card>
  );
}

function useColumns(onRevoke: (key: ApiKey) => void): readonly Column<ApiKey>[] {
  const t = useMessages(account);
  const format = useFormat();
  return [
    { id: "name", header: t.keyName, width: "minmax(0,2fr)", cell: (key) => <Name apiKey={key} /> },
    {
      id: "created",
      header: t.keyCreated,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (key) => <span className="text-muted">{format.relative(key.created_at)}</span>,
    },
    {
      id: "used",
      header: t.keyUsed,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (key) => (
        <span className="text-muted">
          {key.last_used_at === null ? t.keyUsedNever : format.relative(key.last_used_at)}
        </span>
      ),
    },
    {
      id: "expires",
      header: t.keyExpires,
      width: "minmax(0,1fr)",
      isWideOnly: true,
      cell: (key) => (
        <span className="text-muted">{key.expires_at === null ? t.keyExpiresNever : format.date(key.expires_at)}</span>
      ),
    },
    {
      id: "actions",
      header: t.keyActions,
      isHeaderHidden: true,
      width: "5rem",
      cell: (key) => (
        <div className="flex justify-end">
          <Button size="sm" look="ghost" aria-label={t.keyRevokeNamed(key.name)} onClick={() => onRevoke(key)}>
            {t.keyRevoke}
          </Button>
        </div>
      ),
    },
  ];
}

function Name({ apiKey }: { apiKey: ApiKey }) {
  const t = useMessages(account);
  return (
    <div className="flex min-w-0 flex-col py-1">
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{apiKey.name}</span>
        {apiKey.kind === "command_line" ? (
          <Tooltip text={t.keyCommandLineAbout}>
            <span>
              <Badge>{t.keyCommandLine}</Badge>
            </span>
          </Tooltip>
        ) : null}
      </span>
      <span className="text-xs text-muted">{t.keyEnds(apiKey.hint)}</span>
    </div>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const t = useMessages(account);
  const toast = useToast();
  const [error, setError] = useState<unknown>(undefined);
  const revoke = async (): Promise<void> => {
    try {
      await take(madang.DELETE("/api/api-keys/{key_id}", { params: { path: { key_id: apiKey.id } } }));
    } catch (caught) {
      setError(caught);
      throw caught;
    }
    toast({ text: t.keyRevoked(apiKey.name) });
    await queries.invalidateQueries({ queryKey: KEYS });
  };
  return (
    <ConfirmDialog
      title={t.keyRevokeTitle(apiKey.name)}
      action={t.keyRevoke}
      isOpen
      onClose={onClose}
      onConfirm={revoke}
      error={error === undefined ? null : <ProblemNotice error={error} />}
    >
      <p>{t.keyRevokeAbout}</p>
      {apiKey.kind === "command_line" ? <p>{t.keyCommandLineAbout}</p> : null}
    </ConfirmDialog>
  );
}
