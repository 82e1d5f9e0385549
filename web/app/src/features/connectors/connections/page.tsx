import { take } from "@madang/sdk";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Button, Card, ConfirmDialog, Skeleton, useToast } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { CONNECTIONS, ifMatch, useConnector, type Connection } from "../queries.ts";
import { BackLink } from "./back-link.tsx";
import { Credentials } from "./credentials.tsx";
import { ConnectionForm, type ConnectionFields } from "./form.tsx";
import { connectionWords } from "./messages.ts";

/** One connection: where it goes, its credentials, its end. */
export function ConnectionPage() {
  const { connection: id } = useParams({ from: "/connectors/$connector/connections/$connection" });
  const found = useQuery({
    queryKey: [...CONNECTIONS, "one", id],
    queryFn: ({ signal }) =>
      take(madang.GET("/api/connections/{connection_id}", { params: { path: { connection_id: id } }, signal })),
  });
  return (
    <div className="flex flex-col gap-4">
      <BackLink />
      {found.data === undefined ? (
        found.isError ? (
          <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <Skeleton lines={6} />
        )
      ) : (
        <Whole connection={found.data} />
      )}
    </div>
  );
}

function Whole({ connection }: { connection: Connection }) {
  const t = useMessages(connectionWords);
  const toast = useToast();
  const saving = useMutation({
    mutationFn: (body: ConnectionFields) => {
      const params = {
        path: { connection_id: connection.id },
        header: ifMatch(connection),
      };
      return take(madang.PATCH("/api/connections/{connection_id}", { body, params }));
    },
    onSuccess: async () => {
      toast({ text: t.saved });
      await queries.invalidateQueries({ queryKey: CONNECTIONS });
    },
  });
  return (
    <>
      <Card title={`${t.edit}: ${connection.label}`}>
        <ConnectionForm
          key={connection.revision}
          initial={connection}
          action={t.save}
          isPending={saving.isPending}
          error={saving.error}
          onSave={({ label, server_url, variables, allowed_hosts }) =>
            saving.mutate({ label, server_url, variables, allowed_hosts })
          }
        />
      </Card>
      <Credentials connection={connection} />
      <Removal connection={connection} />
    </>
  );
}

function Removal({ connection }: { connection: Connection }) {
  const t = useMessages(connectionWords);
  const { name } = useConnector();
  const navigate = useNavigate();
  const toast = useToast();
  const [isAsking, setAsking] = useState(false);
  const removal = useMutation({
    mutationFn: () =>
      take(madang.DELETE("/api/connections/{connection_id}", { params: { path: { connection_id: connection.id } } })),
    onSuccess: async () => {
      toast({ text: t.deleted(connection.label) });
      await navigate({ to: "/connectors/$connector/connections", params: { connector: name } });
      await queries.invalidateQueries({ queryKey: CONNECTIONS });
    },
  });
  return (
    <Card title={t.dangerTitle} about={t.deleteAbout}>
      <Button onClick={() => setAsking(true)}>{t.delete}</Button>
      <ConfirmDialog
        title={t.deleteTitle(connection.label)}
        action={t.remove}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => removal.mutateAsync()}
        error={removal.isError ? <ProblemNotice error={removal.error} /> : null}
      >
        <p>{t.deleteAbout}</p>
      </ConfirmDialog>
    </Card>
  );
}
