import { take } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Card, useToast } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { CONNECTIONS, useConnections, useConnector } from "../queries.ts";
import { BackLink } from "./back-link.tsx";
import { ConnectionForm, type ConnectionFields } from "./form.tsx";
import { connectionWords } from "./messages.ts";
import { filledUrl, serversOf } from "./servers.ts";

/** A connection that is to be made. */
export function NewConnection() {
  const t = useMessages(connectionWords);
  const connector = useConnector();
  const navigate = useNavigate();
  const toast = useToast();
  const others = useConnections(connector.id);
  const creation = useMutation({
    mutationFn: ({ server_url, ...fields }: ConnectionFields) => {
      const body = { ...fields, connector: connector.id, server_url: server_url || null, effects: {} };
      return take(madang.POST("/api/connections", { body }));
    },
    onSuccess: async (made) => {
      toast({ text: t.created(made.label) });
      await queries.invalidateQueries({ queryKey: CONNECTIONS });
      const params = { connector: connector.name, connection: made.id };
      await navigate({ to: "/connectors/$connector/connections/$connection", params });
    },
  });
  const server = serversOf(connector.version?.servers ?? [])[0];
  const initial: ConnectionFields = {
    label: others.rows.length === 0 ? "default" : "",
    server_url: server === undefined ? "" : filledUrl(server, {}),
    variables: {},
    allowed_hosts: connector.allowed_hosts,
  };
  return (
    <div className="flex flex-col gap-4">
      <BackLink />
      {others.isPending ? null : (
        <Card title={t.createTitle}>
          <ConnectionForm
            initial={initial}
            action={t.create}
            isPending={creation.isPending}
            error={creation.error}
            onSave={creation.mutate}
          />
        </Card>
      )}
    </div>
  );
}
