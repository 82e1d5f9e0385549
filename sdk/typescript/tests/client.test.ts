import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError, UnreachableError, createMadang, items, take } from "../lib/index.ts";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

let server: Server | undefined;

afterEach(async () => {
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
});

async function serve(
  answer: (seen: Seen, response: ServerResponse) => void,
): Promise<{ baseUrl: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const one = { method: request.method, url: request.url, headers: request.headers, body };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen };
}

function json(response: ServerResponse, status: number, value: unknown, type = "application/json"): void {
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(value));
}

describe("the client", () => {
  it("reads without the headers of a change", async () => {
    const { baseUrl, seen } = await serve((_, response) => json(response, 200, { language: "ko", theme: "dark" }));
    const preferences = await take(createMadang({ baseUrl }).GET("/api/preferences"));
    expect(preferences).toEqual({ language: "ko", theme: "dark" });
    expect(seen[0]?.headers["madang-request"]).toBeUndefined();
    expect(seen[0]?.headers["idempotency-key"]).toBeUndefined();
  });

  it("marks every change as meant, and gives each POST a key of its own", async () => {
    const { baseUrl, seen } = await serve((_, response) => json(response, 201, {}));
    const madang = createMadang({ baseUrl });
    await madang.POST("/api/api-keys", { body: { name: "one" } });
    await madang.POST("/api/api-keys", { body: { name: "two" } });
    await madang.PATCH("/api/preferences", { body: { theme: "dark" } });
    expect(seen.map((one) => one.headers["madang-request"])).toEqual(["1", "1", "1"]);
    const [first, second, patch] = seen.map((one) => one.headers["idempotency-key"]);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
    expect(patch).toBeUndefined();
    expect(seen[0]?.body).toBe('{"name":"one"}');
  });

  it("keeps the key that the caller gave, so that a POST can be repeated", async () => {
    const { baseUrl, seen } = await serve((_, response) => json(response, 201, {}));
    const madang = createMadang({ baseUrl });
    await madang.POST("/api/api-keys", { body: { name: "one" }, params: { header: { "Idempotency-Key": "mine" } } });
    expect(seen[0]?.headers["idempotency-key"]).toBe("mine");
  });

  it("sends the API key of a program", async () => {
    const { baseUrl, seen } = await serve((_, response) => json(response, 200, {}));
    await createMadang({ baseUrl, apiKey: "mdg_x" }).GET("/api/session");
    expect(seen[0]?.headers.authorization).toBe("Bearer mdg_x");
  });

  it("throws a problem with its places and its trace", async () => {
    const problem = {
      type: "urn:madang:problem:invalid",
      title: "The input is not valid",
      status: 422,
      detail: "not valid: /name",
      trace: "0af7651916cd43dd8448eb211c80319c",
      errors: [{ pointer: "/name", code: "required", message: "Field required" }],
    };
    const { baseUrl } = await serve((_, response) => json(response, 422, problem, "application/problem+json"));
    const failed = createMadang({ baseUrl }).POST("/api/api-keys", { body: { name: "" } });
    const error = (await failed.catch((caught: unknown) => caught)) as ApiError;
    expect(error).toBeInstanceOf(ApiError);
    expect([error.code, error.status, error.trace, error.isTransient]).toEqual(["invalid", 422, problem.trace, false]);
    expect(error.errors).toEqual(problem.errors);
  });

  it("describes an error that is not a problem document by its status", async () => {
    const { baseUrl } = await serve((_, response) => response.writeHead(502).end("<h1>gateway</h1>"));
    const error = (await createMadang({ baseUrl })
      .GET("/api/session")
      .catch((caught: unknown) => caught)) as ApiError;
    expect([error.status, error.title, error.isTransient]).toEqual([502, "Bad Gateway", true]);
  });

  it("says whether the server was reached", async () => {
    const contacts: boolean[] = [];
    const onContact = (isReached: boolean): void => void contacts.push(isReached);
    const { baseUrl } = await serve((_, response) => json(response, 401, {}));
    const madang = createMadang({ baseUrl, onContact });
    await expect(madang.GET("/api/session")).rejects.toBeInstanceOf(ApiError);
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = undefined;
    await expect(madang.GET("/api/session")).rejects.toBeInstanceOf(UnreachableError);
    expect(contacts).toEqual([true, false]);
  });

  it("does not take a request that was called off for a server that is down", async () => {
    const contacts: boolean[] = [];
    const { baseUrl } = await serve(() => undefined);
    const madang = createMadang({ baseUrl, onContact: (isReached) => void contacts.push(isReached) });
    const stop = new AbortController();
    const waiting = madang.GET("/api/session", { signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toHaveProperty("name", "AbortError");
    server?.closeAllConnections();
    expect(contacts).toEqual([]);
  });

  it("reads a list page after page until there is no next", async () => {
    const pages: Record<string, unknown> = {
      "": { data: [{ id: "a" }, { id: "b" }], next: "c1" },
      c1: { data: [{ id: "c" }], next: null },
    };
    const { baseUrl, seen } = await serve((one, response) => {
      const cursor = new URL(one.url ?? "", "http://x").searchParams.get("cursor") ?? "";
      json(response, 200, pages[cursor]);
    });
    const madang = createMadang({ baseUrl });
    const found: string[] = [];
    for await (const key of items((cursor) => take(madang.GET("/api/api-keys", { params: { query: { cursor } } })))) {
      found.push(key.id);
    }
    expect(found).toEqual(["a", "b", "c"]);
    expect(seen).toHaveLength(2);
  });
});
