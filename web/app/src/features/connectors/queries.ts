import { take, type Schemas } from "@madang/sdk";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { createContext, use, useEffect, useState } from "react";
import { madang } from "../../api.ts";
import { usePages, type Loaded } from "../../pages.ts";

export type Connector = Schemas["ConnectorView"];
export type Connection = Schemas["ConnectionView"];
export type FunctionRow = Schemas["FunctionRowView"];
export type Effect = FunctionRow["effect"];

export const CONNECTORS = ["connectors"] as const;
export const CONNECTIONS = ["connections"] as const;

const INDEXING_MILLISECONDS = 2000;
const TYPING_MILLISECONDS = 250;

export function useConnectorQuery(name: string): UseQueryResult<Connector> {
  return useQuery({
    queryKey: [...CONNECTORS, "one", name],
    queryFn: ({ signal }) =>
      take(madang.GET("/api/connectors/{connector}", { params: { path: { connector: name } }, signal })),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isIndexing(state.data) ? INDEXING_MILLISECONDS : false,
  });
}

export function isIndexing(connector: Connector): boolean {
  return connector.indexed < connector.functions;
}

export const ConnectorContext = createContext<Connector | undefined>(undefined);

/** The connector whose page this is. */
export function useConnector(): Connector {
  const connector = use(ConnectorContext);
  if (connector === undefined) throw new Error("useConnector outside of a connector's page");
  return connector;
}

/** The header `If-Match` for a change of what was seen at a revision: one made meanwhile is not overwritten. */
export function ifMatch({ revision }: { revision: number }): { "If-Match": string } {
  return { "If-Match": `"r${String(revision)}"` };
}

export function useConnections(connector: string): Loaded<Connection> {
  return usePages([...CONNECTIONS, "of", connector], (cursor, signal) =>
    take(madang.GET("/api/connections", { params: { query: { connector, cursor, limit: 100 } }, signal })),
  );
}

/** A text that is being typed; `onSettled` is called with it when the typing pauses. */
export function useTyped(initial: string, onSettled: (text: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState(initial);
  useEffect(() => {
    if (typed === initial) return;
    const timer = setTimeout(() => onSettled(typed), TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [typed, initial, onSettled]);
  return [typed, setTyped];
}
