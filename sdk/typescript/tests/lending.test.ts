import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConversationSession, type ApiError, type LentFunction } from "../lib/index.ts";
import { Wire, answer } from "./wire.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PROBLEM = { type: "urn:madang:problem:x", title: "t", status: 422, detail: "no", trace: null };

function start(name?: string): { session: ConversationSession; wires: Wire[] } {
  const wires: Wire[] = [];
  const session = new ConversationSession({
    url: "ws://here/session",
    ...(name === undefined ? {} : { name }),
    onEvent: () => undefined,
    onState: () => undefined,
    random: () => 1,
    open: () => {
      const wire = new Wire();
      wires.push(wire);
      return wire;
    },
  });
  session.connect();
  wires[0]?.onopen?.();
  return { session, wires };
}

function lent(name: string, run: LentFunction["run"] = () => null): LentFunction {
  return { definition: { name, effect: "safe" }, run };
}

function ask(name: string, args: object = {}, call_id = "cal_1"): unknown {
  return { type: "CUSTOM", name: "call_request", value: { call_id, name, arguments: args, deadline: "2026-01-01" } };
}

/** What a wire heard since the resume, without the ids. */
function said(wire: Wire): Record<string, unknown>[] {
  return wire.heard.slice(1).map((frame) => Object.fromEntries(Object.entries(frame).filter(([key]) => key !== "id")));
}

/** A session that lends these, taken by the server. */
async function lending(
  ...functions: LentFunction[]
): Promise<{ session: ConversationSession; wires: Wire[]; wire: Wire }> {
  const { session, wires } = start();
  const wire = wires[0] as Wire;
  const done = session.lend(functions);
  wire.say(answer(wire.heard[1]?.["id"]));
  await done;
  return { session, wires, wire };
}

describe("functions that a session lends", () => {
  it("are told under the name of the application", () => {
    const { session, wires } = start("shop");
    void session.lend([lent("add"), lent("clear")]);
    const functions = [
      { name: "add", effect: "safe" },
      { name: "clear", effect: "safe" },
    ];
    expect(said(wires[0] as Wire)).toEqual([{ type: "lend", name: "shop", functions }]);
  });

  it("are run when they are asked for, and what they give is the answer", async () => {
    const run = vi.fn((args: object) => Promise.resolve({ sum: args }));
    const { wire } = await lending(lent("add", run));
    wire.say(ask("add", { a: 1 }));
    await vi.waitFor(() => expect(said(wire)).toHaveLength(2));
    expect(said(wire)[1]).toEqual({ type: "tool_result", call_id: "cal_1", value: { sum: { a: 1 } } });
    expect(run).toHaveBeenCalledOnce();
  });

  it("give null where they give nothing", async () => {
    const { wire } = await lending(lent("add", () => undefined));
    wire.say(ask("add"));
    await vi.waitFor(() => expect(said(wire)[1]).toMatchObject({ value: null }));
  });

  it.each([
    [new Error("the cart is full"), "the cart is full"],
    [new RangeError(""), "RangeError"],
    ["no", "no"],
    [new Error("x".repeat(5000)), "x".repeat(4000)],
  ])("tell what they throw as their error", async (thrown, error) => {
    const { wire } = await lending(
      lent("add", () => {
        throw thrown as Error;
      }),
    );
    wire.say(ask("add"));
    await vi.waitFor(() => expect(said(wire)[1]).toEqual({ type: "tool_result", call_id: "cal_1", error }));
  });

  it("say so where what they give cannot be sent", async () => {
    const { wire } = await lending(
      lent("large", () => "x".repeat(300_000)),
      lent("circular", () => 1n),
    );
    wire.say(ask("large"), ask("circular", {}, "cal_2"), ask("gone", {}, "cal_3"));
    await vi.waitFor(() => expect(said(wire)).toHaveLength(4));
    const errors = said(wire)
      .slice(1)
      .map((frame) => String(frame["error"]));
    expect(errors.sort()[0]).toBe("gone is not lent any more");
    expect(errors.filter((error) => error.startsWith("what it gave cannot be sent: "))).toHaveLength(2);
  });

  it("are not begun again while they run", async () => {
    let end = (): void => undefined;
    const run = vi.fn(() => new Promise((resolve) => (end = (): void => resolve(7))));
    const { wire } = await lending(lent("slow", run));
    wire.say(ask("slow"), ask("slow"));
    end();
    await vi.waitFor(() => expect(said(wire)).toHaveLength(2));
    expect(run).toHaveBeenCalledOnce();
  });

  it("are lent again with each new socket, as the same session", async () => {
    const { session, wires, wire } = await lending(lent("add"), lent("clear"));
    const unlent = session.unlend(["clear"]);
    wire.say(answer(wire.heard[2]?.["id"]));
    await unlent;
    wire.hangUp();
    vi.advanceTimersByTime(500);
    const next = wires[1] as Wire;
    next.onopen?.();
    expect(said(next)).toEqual([{ type: "lend", functions: [{ name: "add", effect: "safe" }] }]);
    expect(next.heard[0]?.["session"]).toBe(wire.heard[0]?.["session"]);
  });

  it("belong to the session that a page keeps over reloads", () => {
    const wire = new Wire();
    const options = { url: "ws://here", onEvent: () => undefined, onState: () => undefined, open: () => wire };
    new ConversationSession({ ...options, session: "kept-in-the-page" }).connect();
    wire.onopen?.();
    expect(wire.heard[0]).toMatchObject({ type: "resume", session: "kept-in-the-page" });
  });

  it("that the server refuses are not lent, and those before them stay", async () => {
    const { session, wires, wire } = await lending(lent("add"));
    const refused = session.lend([{ definition: { name: "add", title: "Other" }, run: () => 2 }, lent("b c")]);
    wire.say(answer(wire.heard[2]?.["id"], PROBLEM));
    const error = (await refused.catch((caught: unknown) => caught)) as ApiError;
    expect(error.message).toBe("no");
    wire.hangUp();
    vi.advanceTimersByTime(500);
    (wires[1] as Wire).onopen?.();
    expect(said(wires[1] as Wire)).toEqual([{ type: "lend", functions: [{ name: "add", effect: "safe" }] }]);
  });

  it("an answer that nobody waits for any more ends nothing", async () => {
    const { wire } = await lending(lent("add"));
    wire.say(ask("add"));
    await vi.waitFor(() => expect(said(wire)).toHaveLength(2));
    wire.say(answer(wire.heard[2]?.["id"], { ...PROBLEM, status: 409 }));
    await vi.waitFor(() => expect(said(wire)).toHaveLength(3));
    wire.say(answer(wire.heard[3]?.["id"], { ...PROBLEM, status: 409 }), ask("add", {}, "cal_2"));
    await vi.waitFor(() => expect(said(wire)[3]).toMatchObject({ call_id: "cal_2", value: null }));
  });

  it("go in portions that a frame holds", async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      definition: { name: `f${String(index)}`, description: "x".repeat(30_000) },
      run: () => null,
    }));
    const { session, wires } = start();
    for (const each of many) void session.lend([each]);
    const wire = wires[0] as Wire;
    for (const frame of wire.heard.slice(1)) wire.say(answer(frame["id"]));
    await vi.advanceTimersByTimeAsync(0);
    wire.hangUp();
    vi.advanceTimersByTime(500);
    (wires[1] as Wire).onopen?.();
    expect(said(wires[1] as Wire).map((frame) => (frame["functions"] as unknown[]).length)).toEqual([6, 6]);
  });
});
