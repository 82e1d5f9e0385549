import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { paths } from "../generated/api.ts";
import { UnreachableError, errorOf } from "./errors.ts";

/** Every operation of the API by method and path; a failure throws ApiError or UnreachableError. */
export type Madang = Client<paths>;

export interface MadangOptions {
  /** Where Madang is, as `http://127.0.0.1:8700`. */
  baseUrl: string;
  /** A key for programs. A page of the web app has a cookie instead. */
  apiKey?: string;
  /** Called whenever an answer came, be it an error, or none did. */
  onContact?: (isReached: boolean) => void;
  fetch?: (request: Request) => Promise<Response>;
}

const CHANGING = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** A client of one Madang. */
export function createMadang(options: MadangOptions): Madang {
  const client = createClient<paths>({
    baseUrl: options.baseUrl,
    // Looked up at each call, so that what wraps the global function later is used.
    fetch: options.fetch ?? ((request) => globalThis.fetch(request)),
  });
  client.use(headers(options.apiKey), contact(options.onContact));
  return client;
}

/** The data of an answer: `await take(madang.GET("/api/session"))`. */
export async function take<T>(answer: Promise<{ data?: T }>): Promise<T> {
  // Errors were thrown before; without data the operation has none, and T is undefined.
  return (await answer).data as T;
}

/** A new value for the header Idempotency-Key; pass it yourself to repeat a POST safely. */
export function idempotencyKey(): string {
  // Not crypto.randomUUID, which browsers lack on plain http outside of loopback.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function headers(apiKey: string | undefined): Middleware {
  return {
    onRequest({ request }) {
      if (CHANGING.has(request.method)) request.headers.set("Madang-Request", "1");
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", idempotencyKey());
      }
      if (apiKey !== undefined) request.headers.set("Authorization", `Bearer ${apiKey}`);
    },
  };
}

function contact(notify: MadangOptions["onContact"]): Middleware {
  return {
    async onResponse({ response }) {
      notify?.(true);
      if (!response.ok) throw await errorOf(response);
    },
    onError({ request, error }) {
      if (request.signal.aborted) return;
      notify?.(false);
      return new UnreachableError(request.url, error);
    },
  };
}
