import { ApiError, UnreachableError, createMadang, take, type Madang } from "@madang/sdk";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Contact } from "./contact.ts";

/** The API of the server that this page came from. */
export const madang: Madang = createMadang({
  baseUrl: location.origin,
  onContact: (isReached) => contact.note(isReached),
});

export const contact = new Contact(
  () => take(madang.GET("/healthz")),
  () => void queries.invalidateQueries(),
);

export const SESSION_KEY = ["session"] as const;

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => noteSignedOut(error, query.queryKey[0]) }),
  mutationCache: new MutationCache({ onError: (error) => noteSignedOut(error, undefined) }),
  defaultOptions: {
    queries: {
      // The server may be on this machine and there without any network.
      networkMode: "always",
      staleTime: 10_000,
      retry: (count, error) => error instanceof ApiError && error.isTransient && count < 2,
    },
    mutations: { networkMode: "always" },
  },
});

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof UnreachableError;
}

function noteSignedOut(error: Error, key: unknown): void {
  if (isSignedOut(error) && key !== SESSION_KEY[0]) void queries.invalidateQueries({ queryKey: SESSION_KEY });
}
