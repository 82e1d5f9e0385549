import { take, type Schemas } from "@madang/sdk";
import { useMutation, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { createContext, use } from "react";
import { SESSION_KEY, madang, queries } from "../../api.ts";

export type Session = Schemas["SessionView"];
export type Role = Session["roles"][number];

export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in. For what stands inside the frame, which is drawn for nobody else. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) throw new Error("useSession outside of the frame");
  return session;
}

export function useSessionQuery(): UseQueryResult<Session> {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: ({ signal }) => take(madang.GET("/api/session", { signal })),
    staleTime: 60_000,
    refetchOnWindowFocus: "always",
  });
}

/** Sign this browser out, and forget what was loaded. */
export function useSignOut(): () => void {
  const { mutate } = useMutation({
    mutationFn: () => take(madang.DELETE("/api/session")),
    onSuccess: async () => {
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
      await queries.refetchQueries({ queryKey: SESSION_KEY });
    },
  });
  return () => mutate();
}

export function isAdministrator(roles: readonly Role[]): boolean {
  return roles.includes("owner") || roles.includes("administrator");
}
