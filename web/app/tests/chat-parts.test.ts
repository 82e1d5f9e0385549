import { describe, expect, it } from "vitest";
import { announcements } from "../src/features/chat/announce.ts";
import { editableSchema, editableValues } from "../src/features/chat/cards/editable.ts";
import { sizeText } from "../src/features/chat/cards/size.ts";
import { mergePatch } from "../src/features/chat/merge-patch.ts";
import { NOTHING } from "../src/features/chat/state.ts";
import { asked, call, custom, foldAll, result, said, script, started, type Body } from "./chat-events.ts";

const WORDS = { stage: (title: string, stage: string) => `${title} ${stage}`, stopped: "Stopped." };

describe("what is told to who hears the page", () => {
  const begun = [...asked("t1", "one"), started("t1")];

  function told(before: ReturnType<typeof script>, ...rest: readonly Body[]): string[] {
    const state = foldAll(before);
    const events = script(...before, ...rest);
    return announcements(state, foldAll(events), WORDS);
  }

  it("is whole sentences while a text is written, each once", () => {
    const first = script(...begun, ...said("t1", "a1", "It is there. And"));
    expect(announcements(NOTHING, foldAll(first), WORDS)).toEqual(["It is there."]);
    expect(told(first, { type: "TEXT_MESSAGE_CONTENT", messageId: "a1", delta: " more" })).toEqual([]);
    expect(
      told(
        first,
        { type: "TEXT_MESSAGE_CONTENT", messageId: "a1", delta: " more" },
        { type: "TEXT_MESSAGE_END", messageId: "a1" },
      ),
    ).toEqual(["And more"]);
  });

  it("is without the marks of Markdown", () => {
    const written = script(...begun, ...said("t1", "a1", "# Made **Hello** (`a_1`).\n"));
    expect(announcements(NOTHING, foldAll(written), WORDS)).toEqual(["Made Hello (a_1)."]);
  });

  it("is what waits for them and how a call ended, not every step", () => {
    const open = script(...begun, call("t1", "c1"));
    expect(told(open, custom("performing", { call_id: "c1", at: "" }))).toEqual([]);
    expect(told(open, custom("in_doubt", { call_id: "c1" }))).toEqual(["Post an article in_doubt"]);
    expect(told(open, result("c1", "done", {}))).toEqual(["Post an article done"]);
  });

  it("is that a turn was stopped, or why it failed", () => {
    const open = script(...begun);
    expect(told(open, { type: "RUN_ERROR", runId: "t1", code: "aborted", message: "" })).toEqual(["Stopped."]);
    expect(told(open, { type: "RUN_ERROR", runId: "t1", code: "model", message: "No answer." })).toEqual([
      "No answer.",
    ]);
  });
});

describe("a merge patch", () => {
  it.each([
    [{ a: 1 }, { a: 1 }, undefined],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, { b: 3 }],
    [{ a: 1, b: 2 }, { a: 1 }, { b: null }],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { c: null } }],
    [{ a: [1, 2] }, { a: [1] }, { a: [1] }],
    [{ a: { b: 1 } }, { a: { b: 1 } }, undefined],
    [{}, { a: { b: 1 } }, { a: { b: 1 } }],
  ])("from %j to %j is %j", (before, after, patch) => {
    expect(mergePatch(before, after)).toEqual(patch);
  });
});

describe("the form of an approval", () => {
  const shown = { title: "Hello", count: 2, password: "•••" };

  it("leaves out what only a person gave", () => {
    expect(editableValues(shown)).toEqual({ title: "Hello", count: 2 });
  });

  it("is that of the function, but for these", () => {
    const known = {
      arguments: { properties: { title: { maxLength: 9 }, password: {}, tag: {} }, required: ["title", "password"] },
    };
    expect(editableSchema(known, shown)).toEqual({
      properties: { title: { maxLength: 9 }, tag: {} },
      required: ["title"],
    });
  });

  it("is read off the values where the function is not to be had", () => {
    expect(editableSchema(undefined, shown)).toEqual({
      type: "object",
      properties: { title: { type: "string" }, count: { type: "number" } },
    });
  });
});

describe("a size", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1500, "1.5 KB"],
    [12_345_678, "12.3 MB"],
    [456_000_000, "456 MB"],
  ])("of %d bytes is %s", (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
