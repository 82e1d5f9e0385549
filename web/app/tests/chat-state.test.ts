import { describe, expect, it } from "vitest";
import { NOTHING, fold, runningTurn } from "../src/features/chat/state.ts";
import { usageOf } from "../src/features/chat/usage.ts";
import {
  asked,
  call,
  callOf,
  custom,
  finished,
  foldAll,
  result,
  said,
  script,
  started,
  turnOf,
} from "./chat-events.ts";

const SCHEMA = { type: "object", properties: { password: { type: "string", format: "password" } } };
const SHOWN = { title: "Hello", password: "•••" };

function form(id: string) {
  return custom("form", { call_id: id, schema: SCHEMA, value: {}, errors: [], reason: "human" });
}

function approval(id: string) {
  return custom("approval", {
    call_id: id,
    reasons: ["effect"],
    effect: "unsafe",
    function: "bbs.articles.create",
    title: "Post an article",
    connection: { id: "cnn_1", label: "board", server_url: "http://127.0.0.1:8713" },
    arguments: SHOWN,
    provenance: { title: { kind: "user" }, password: { kind: "form" } },
    request: { method: "POST", url: "http://127.0.0.1:8713/articles" },
    pairs: [],
  });
}

/** The whole way of a call: form, approval, result. */
const WHOLE = script(
  custom("title", { title: "Post an article" }),
  ...asked("t1", "Post it"),
  started("t1"),
  custom("found", { turn: "t1", text: "Post it", fits: true, candidates: [] }),
  call("t1", "c1"),
  { type: "TOOL_CALL_ARGS", toolCallId: "c1", delta: '{"title":"Hello"}' },
  custom("arguments", { call_id: "c1", arguments: { title: "Hello" }, provenance: { title: { kind: "user" } } }),
  form("c1"),
  custom("form_answered", { call_id: "c1", names: ["password"], by: "usr_1" }),
  custom("arguments", { call_id: "c1", arguments: SHOWN, provenance: { password: { kind: "form" } } }),
  { type: "TOOL_CALL_END", toolCallId: "c1" },
  approval("c1"),
  custom("approval_answered", { call_id: "c1", decision: "approve", by: "usr_1", changed: [] }),
  custom("performing", { call_id: "c1", at: "2026-03-10T12:00:00Z" }),
  result("c1", "done", { status: 201, value: { id: "art_1" }, reason: null, seconds: 0.2, drift: [] }),
  ...said("t1", "a1", "Posted", " it."),
  { type: "TEXT_MESSAGE_END", messageId: "a1" },
  finished("t1"),
);

describe("a conversation", () => {
  it("is what its events say", () => {
    const state = foldAll(WHOLE);
    const turn = turnOf(state, "t1");
    expect([state.title, turn.text, turn.frame, turn.state, turn.seconds]).toEqual([
      "Post an article",
      "Post it",
      "frame_t1",
      "done",
      1.5,
    ]);
    expect(turn.parts.map((part) => part.kind)).toEqual(["found", "call", "text"]);
    expect(turn.parts[2]).toEqual({ kind: "text", id: "a1", text: "Posted it.", state: "done" });
    expect(callOf(state, "c1")).toMatchObject({ stage: "done", result: { status: 201, value: { id: "art_1" } } });
  });

  it("is the same however often its events come, and from wherever the replay begins", () => {
    const once = foldAll(WHOLE);
    expect(foldAll([...WHOLE, ...WHOLE])).toEqual(once);
    expect(foldAll(WHOLE, once)).toBe(once);
    for (const at of [1, 5, 12, WHOLE.length]) {
      expect(foldAll(WHOLE.slice(Math.max(0, at - 3)), foldAll(WHOLE.slice(0, at)))).toEqual(once);
    }
  });

  it("does not lose what it was when an event is of a kind that it does not know", () => {
    const state = foldAll(WHOLE);
    const next = { seq: state.seq + 1, id: "x", schema_version: 1, timestamp: "" };
    for (const body of [
      { type: "STATE_SNAPSHOT", snapshot: {} },
      { type: "CUSTOM", name: "weather", value: { call_id: "c1" } },
      { type: "CUSTOM", name: "other" },
    ]) {
      expect(fold(state, { ...next, ...body } as never)).toEqual({ ...state, seq: next.seq });
    }
    expect(fold(NOTHING, { ...next, seq: 1, type: "RUN_STARTED", threadId: "", runId: "none", messageId: "" })).toEqual(
      {
        ...NOTHING,
        seq: 1,
      },
    );
  });

  it("leaves what did not change as it was, so that it is not drawn anew", () => {
    const before = foldAll(script(...WHOLE, ...asked("t2", "More"), started("t2")));
    const [first] = before.turns;
    const after = foldAll(script(...WHOLE, ...asked("t2", "More"), started("t2"), ...said("t2", "a2", "Yes")), before);
    expect(after.turns[0]).toBe(first);
    expect(after.turns[1]).not.toBe(before.turns[1]);
  });
});

describe("a turn", () => {
  it("whose message stands without a start is queued", () => {
    const state = foldAll(script(...asked("t1", "one"), started("t1"), ...asked("t2", "two")));
    expect(state.turns.map((turn) => turn.state)).toEqual(["running", "queued"]);
    expect(runningTurn(state)?.id).toBe("t1");
  });

  it("that a person stopped says so, and its open call goes on no more", () => {
    const events = script(...asked("t1", "one"), started("t1"), call("t1", "c1"), form("c1"), {
      type: "RUN_ERROR",
      runId: "t1",
      code: "aborted",
      message: "stopped",
    });
    const state = foldAll(events);
    expect(turnOf(state, "t1").state).toBe("aborted");
    expect(callOf(state, "c1")).toMatchObject({ stage: "stopped", form: undefined });
  });

  it("that was stopped leaves a call in doubt to be decided, whenever it is said to be", () => {
    const doubt = custom("in_doubt", {
      call_id: "c1",
      reason: "stopped",
      effect: "unsafe",
      function: "f",
      arguments: {},
    });
    const stop = { type: "RUN_ERROR", runId: "t1", code: "aborted", message: "stopped" };
    for (const bodies of [
      [doubt, stop],
      [stop, doubt],
    ]) {
      const state = foldAll(script(...asked("t1", "one"), started("t1"), call("t1", "c1"), ...bodies));
      expect([turnOf(state, "t1").state, callOf(state, "c1").stage]).toEqual(["aborted", "in_doubt"]);
      expect(callOf(state, "c1").doubt?.reason).toBe("stopped");
    }
  });

  it("that failed keeps what was there and why", () => {
    const error = { type: "RUN_ERROR", runId: "t1", code: "model", message: "The model does not answer." };
    const turn = turnOf(
      foldAll(script(...asked("t1", "one"), started("t1"), ...said("t1", "a1", "Let me"), error)),
      "t1",
    );
    expect(turn).toMatchObject({ state: "failed", error: { code: "model", message: "The model does not answer." } });
    expect(turn.parts).toEqual([{ kind: "text", id: "a1", text: "Let me", state: "done" }]);
  });

  it("keeps a text that was cut apart from the one that was begun anew", () => {
    const cut = { type: "TEXT_MESSAGE_END", messageId: "a1", isCut: true };
    const state = foldAll(
      script(
        ...asked("t1", "one"),
        started("t1"),
        ...said("t1", "a1", "The fi"),
        cut,
        ...said("t1", "a2", "The first"),
      ),
    );
    expect(turnOf(state, "t1").parts).toEqual([
      { kind: "text", id: "a1", text: "The fi", state: "cut" },
      { kind: "text", id: "a2", text: "The first", state: "streaming" },
    ]);
  });

  it("sums what its model calls took", () => {
    const usage = { turn: "t1", model: "m", currency: "USD", seconds: 1 };
    const state = foldAll(
      script(
        ...asked("t1", "one"),
        custom("usage", { ...usage, input_tokens: 100, output_tokens: 20, price_micro: 1000 }),
        custom("usage", { ...usage, input_tokens: 10, output_tokens: 2, price_micro: 200 }),
        custom("usage", { ...usage, input_tokens: 1, output_tokens: 1, price_micro: null }),
      ),
    );
    expect(usageOf(turnOf(state, "t1"))).toEqual({
      models: ["m"],
      inputTokens: 111,
      outputTokens: 23,
      prices: ["0.0012 USD"],
    });
  });
});

describe("a call", () => {
  const open = [...asked("t1", "one"), started("t1"), call("t1", "c1")];

  it.each([
    [[], "composing"],
    [[form("c1")], "form"],
    [[form("c1"), custom("form_answered", { call_id: "c1", names: ["password"], by: "u" })], "composing"],
    [[{ type: "TOOL_CALL_END", toolCallId: "c1" }], "ready"],
    [[{ type: "TOOL_CALL_END", toolCallId: "c1" }, approval("c1")], "approval"],
    [
      [approval("c1"), custom("approval_answered", { call_id: "c1", decision: "reject", by: "u", changed: [] })],
      "ready",
    ],
    [[custom("performing", { call_id: "c1", at: "" })], "performing"],
    [[result("c1", "rejected", { reason: "rejected" })], "rejected"],
  ])("after %j is at %s", (bodies, stage) => {
    expect(callOf(foldAll(script(...open, ...bodies)), "c1").stage).toBe(stage);
  });

  it("that was mended shows what was wrong, and then its arguments anew", () => {
    const errors = [{ path: "/section", expected: "a section", given: '"x"', message: "no such section" }];
    const state = foldAll(
      script(
        ...open,
        { type: "TOOL_CALL_ARGS", toolCallId: "c1", delta: '{"section":"x"}' },
        custom("mended", { call_id: "c1", attempt: 1, errors }),
        { type: "TOOL_CALL_ARGS", toolCallId: "c1", delta: '{"section":"general"}' },
      ),
    );
    expect(callOf(state, "c1")).toMatchObject({
      attempts: [{ attempt: 1, errors }],
      arguments: { section: "general" },
    });
  });

  it("takes arguments in pieces, and whole ones in place of former ones", () => {
    const pieces = ['{"a":', "1}", '{"a":2}'].map((delta) => ({ type: "TOOL_CALL_ARGS", toolCallId: "c1", delta }));
    const seen = [1, 2, 3].map((count) => callOf(foldAll(script(...open, ...pieces.slice(0, count))), "c1").arguments);
    expect(seen).toEqual([{}, { a: 1 }, { a: 2 }]);
  });

  it("in doubt asks, and remembers what a person said", () => {
    const doubt = custom("in_doubt", {
      call_id: "c1",
      reason: "no answer",
      effect: "unsafe",
      function: "f",
      arguments: {},
    });
    const answered = custom("in_doubt_answered", { call_id: "c1", decision: "again", by: "u" });
    expect(callOf(foldAll(script(...open, doubt)), "c1")).toMatchObject({
      stage: "in_doubt",
      doubt: { reason: "no answer" },
    });
    const after = callOf(foldAll(script(...open, doubt, answered, form("c1"))), "c1");
    expect(after).toMatchObject({
      stage: "form",
      doubt: undefined,
      answers: [{ kind: "in_doubt", decision: "again" }],
    });
  });

  it("shows where an answer is not what its document says", () => {
    const drift = [{ path: "/id", expected: "a string", given: "7" }];
    const noted = foldAll(
      script(...open, custom("drift", { call_id: "c1", drift }), result("c1", "done", { drift: [] })),
    );
    expect(callOf(noted, "c1").drift).toEqual(drift);
  });

  it("that ended has no member for what the server left empty", () => {
    const state = foldAll(script(...open, result("c1", "failed", { status: null, reason: "refused", stored: null })));
    expect(callOf(state, "c1").result).toEqual({ reason: "refused" });
  });
});
