import { describe, expect, it } from "vitest";
import { GROUP, jsonRows } from "../src/json-rows.ts";

const summary = (value: unknown, ...open: string[]) =>
  jsonRows(value, new Set(open), "root").map(
    (row) => `${" ".repeat(row.depth)}${row.label}:${row.kind}:${row.text || String(row.size)}`,
  );

describe("the lines of a JSON tree", () => {
  it("shows a closed container as one line with its size", () => {
    expect(summary({ a: 1, b: [true, null] })).toEqual(["root:object:2"]);
  });

  it("shows the children of what is open, in order", () => {
    expect(summary({ a: 1, b: [true, null] }, "", "/b")).toEqual([
      "root:object:2",
      " a:number:1",
      " b:array:2",
      "  0:boolean:true",
      "  1:null:null",
    ]);
  });

  it("names paths by JSON pointers, so that odd keys do not collide", () => {
    const rows = jsonRows({ "a/b": {}, a: { b: 1 }, "~": 2 }, new Set(["", "/a"]));
    expect(rows.map((row) => row.id)).toEqual(["", "/a~1b", "/a", "/a/b", "/~0"]);
  });

  it("puts a long list in groups and walks only the group that is open", () => {
    const list = Array.from({ length: 2 * GROUP + 5 }, (_, index) => index);
    expect(summary(list, "").slice(1)).toEqual([" 0 … 99:group:100", " 100 … 199:group:100", " 200 … 204:group:5"]);
    const opened = jsonRows(list, new Set(["", `…${String(2 * GROUP)}`]));
    expect(opened.filter((row) => row.kind === "number").map((row) => row.text)).toEqual([
      "200",
      "201",
      "202",
      "203",
      "204",
    ]);
  });

  it("lets only long texts be opened", () => {
    const [long, short] = jsonRows({ long: "x".repeat(500), short: "x" }, new Set([""])).slice(1);
    expect([long?.canOpen, long?.size, short?.canOpen]).toEqual([true, 500, false]);
  });

  it("does not walk what is closed: a million entries cost one line", () => {
    const wide = { rows: Array.from({ length: 1_000_000 }, () => ({ deep: {} })) };
    expect(jsonRows(wide, new Set([""]))).toHaveLength(2);
    expect(jsonRows(wide.rows, new Set([""]))).toHaveLength(1 + 1_000_000 / GROUP);
  });
});
