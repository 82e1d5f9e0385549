import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ApiError } from "../lib/index.ts";
import {
  ConversationSession,
  FrameTooLargeError,
  SessionClosedError,
  sessionUrl,
  type SessionState,
} from "../lib/index.ts";
import { readMessage } from "../lib/messages.ts";
import { backoffMilliseconds } from "../lib/session.ts";
import { Wire, answer } from "./wire.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIVE = { type: "CUSTOM", name: "live", value: { seq: 0 } };

function title(seq: number): unknown {
  return { type: "CUSTOM", name: "title", value: { title: String(seq) }, seq };
}

function start(afterSeq = 0): { session: ConversationSession; wires: Wire[]; seqs: number[]; states: SessionState[] } {
  const [wires, seqs, states]: [Wire[], number[], SessionState[]] = [[], [], []];
  const session = new ConversationSession({
    url: "ws://here/session",
    afterSeq,
    onEvent: (event) => seqs.push(event.seq),
    onState: (state) => states.push(state),
    random: () => 1,
    open: () => {
      const wire = new Wire();
      wires.push(wire);
      return wire;
    },
  });
  session.connect();
  wires[0]?.onopen?.();
  return { session, wires, seqs, states };
}

/** The socket that is opened after the wait. */
function reopened(wires: Wire[], milliseconds: number): Wire {
  const before = wires.length;
  vi.advanceTimersByTime(milliseconds - 1);
  expect(wires).toHaveLength(before);
  vi.advanceTimersByTime(1);
  const wire = wires[before];
  if (wire === undefined) throw new Error("no socket was opened");
  wire.onopen?.();
  return wire;
}

function last(wires: Wire[]): Wire {
  const wire = wires.at(-1);
  if (wire === undefined) throw new Error("no socket");
  return wire;
}

describe("a session", () => {
  it("begins with resume after the last event that the caller has", () => {
    const { wires, seqs, states } = start(7);
    const [id, session] = [expect.any(String) as string, expect.stringMatching(/^[A-Za-z0-9_-]{16,64}$/) as string];
    expect(last(wires).heard).toEqual([{ id, type: "resume", after_seq: 7, session }]);
    last(wires).say(title(8), title(9), LIVE);
    expect([seqs, states]).toEqual([
      [8, 9],
      [{ kind: "connecting" }, { kind: "live" }],
    ]);
  });

  it("gives each event once", () => {
    const { wires, seqs } = start();
    last(wires).say(title(1), title(1), title(2), title(1), title(3));
    expect(seqs).toEqual([1, 2, 3]);
  });

  it("asks again for what is missing between two events", () => {
    const { wires, seqs } = start();
    last(wires).say(title(1), title(3));
    expect(last(wires).isClosed).toBe(true);
    const second = reopened(wires, 500);
    expect(second.heard[0]).toMatchObject({ type: "resume", after_seq: 1 });
    second.say(title(2), title(3));
    expect(seqs).toEqual([1, 2, 3]);
  });

  it("does not stumble over what it does not know", () => {
    const { wires, seqs, states } = start();
    last(wires).say("not JSON", 7, [], { type: "PING" }, { type: "CUSTOM", name: "weather", value: {} }, title(1));
    expect([seqs, states]).toEqual([[1], [{ kind: "connecting" }]]);
  });

  it("is opened again after a loss, ever more rarely until it is live once more", () => {
    const { wires, states } = start();
    last(wires).say(title(1), LIVE);
    last(wires).hangUp();
    expect(states.at(-1)).toEqual({ kind: "waiting", retryAt: Date.now() + 500 });
    for (const wait of [500, 1000, 2000]) reopened(wires, wait).hangUp();
    const found = reopened(wires, 4000);
    expect(found.heard[0]).toMatchObject({ after_seq: 1 });
    found.say(LIVE);
    found.hangUp(1012);
    reopened(wires, 500);
  });

  it("is opened at once when a person wants it", () => {
    const { session, wires } = start();
    last(wires).hangUp();
    session.connect();
    expect(wires).toHaveLength(2);
    session.connect();
    vi.advanceTimersByTime(60_000);
    expect(wires).toHaveLength(2);
  });

  it("waits longer where the server was asked too often", () => {
    const { wires } = start();
    last(wires).hangUp(4429);
    reopened(wires, 5000);
  });

  it.each([4400, 4401, 4404, 4409, 4413, 1008])("is over after %d", async (code) => {
    const { session, wires, states } = start();
    const sent = session.send({ type: "message", text: "lost" });
    last(wires).hangUp(code);
    await expect(sent).rejects.toEqual(new SessionClosedError(code));
    vi.advanceTimersByTime(60_000);
    expect([wires.length, states.at(-1)]).toEqual([1, { kind: "closed", code, reason: "" }]);
  });

  it("hears nothing from a socket that it has left", () => {
    const { session, wires, seqs, states } = start();
    const left = last(wires);
    session.close();
    left.say(title(1));
    left.hangUp();
    vi.advanceTimersByTime(60_000);
    expect([seqs, wires.length, states.at(-1)]).toEqual([[], 1, { kind: "closed", code: 1000, reason: "" }]);
  });
});

describe("a frame", () => {
  it("is settled by the answer to its id", async () => {
    const { session, wires } = start();
    const sent = session.send({ type: "message", text: "hello" }, "one");
    expect(last(wires).heard[1]).toEqual({ id: "one", type: "message", text: "hello" });
    last(wires).say(answer("other"), answer("one"));
    await expect(sent).resolves.toBeUndefined();
  });

  it("that is refused says why", async () => {
    const { session, wires } = start();
    const sent = session.send({ type: "form", call_id: "c", value: {} }, "one");
    const problem = { type: "urn:madang:problem:invalid", title: "t", status: 422, detail: "no password", trace: null };
    last(wires).say(answer("one", problem));
    const error = (await sent.catch((caught: unknown) => caught)) as ApiError;
    expect([error.code, error.message]).toEqual(["invalid", "no password"]);
  });

  it("is kept while the socket is away, and goes out in order after resume", () => {
    const { session, wires } = start();
    last(wires).hangUp();
    void session.send({ type: "message", text: "a" }, "a");
    void session.send({ type: "message", text: "b" }, "b");
    expect(reopened(wires, 500).heard.map((frame) => frame["text"] ?? frame["type"])).toEqual(["resume", "a", "b"]);
  });

  it("without an answer is sent again under its id after a loss, one with an answer is not", async () => {
    const { session, wires } = start();
    const first = session.send({ type: "message", text: "a" }, "a");
    const second = session.send({ type: "message", text: "b" }, "b");
    last(wires).say(answer("a"));
    await first;
    last(wires).hangUp();
    const wire = reopened(wires, 500);
    expect(wire.heard.slice(1)).toEqual([{ id: "b", type: "message", text: "b" }]);
    wire.say(answer("b"), answer("b"));
    await expect(second).resolves.toBeUndefined();
  });

  it("that is too large is not sent, and ends nothing", async () => {
    const { session, wires, states } = start();
    const sent = session.send({ type: "message", text: "가".repeat(100_000) });
    await expect(sent).rejects.toBeInstanceOf(FrameTooLargeError);
    expect([last(wires).heard.length, states.at(-1)?.kind]).toEqual([1, "connecting"]);
  });

  it("gets an id of its own", () => {
    const { session, wires } = start();
    void session.send({ type: "abort" });
    void session.send({ type: "abort" });
    expect(new Set(last(wires).heard.map((frame) => frame["id"])).size).toBe(3);
  });
});

describe("the parts of a session", () => {
  it("wait half to all of a time that doubles up to 15 seconds", () => {
    expect([0, 1, 5, 50].map((attempt) => backoffMilliseconds(attempt, 500, 1))).toEqual([500, 1000, 15_000, 15_000]);
    expect(backoffMilliseconds(0, 500, 0)).toBe(250);
  });

  it("find the address of the socket", () => {
    expect(sessionUrl("https://madang.example/x", "a/b")).toBe("wss://madang.example/api/conversations/a%2Fb/session");
    expect(sessionUrl("http://127.0.0.1:8700", "c1")).toBe("ws://127.0.0.1:8700/api/conversations/c1/session");
  });

  it("tell history from what is said to this socket only", () => {
    expect(readMessage(JSON.stringify(title(3)))?.kind).toBe("event");
    expect(readMessage(JSON.stringify(LIVE))).toEqual({ kind: "live" });
    expect(readMessage(JSON.stringify(answer("a")))).toEqual({ kind: "answer", answer: { id: "a", ok: true } });
    expect(readMessage('{"type":"CUSTOM","name":"frame","value":null}')).toBeUndefined();
  });
});
