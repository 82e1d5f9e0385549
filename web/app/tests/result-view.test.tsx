import { TooltipProvider } from "@madang/ui";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ResultView } from "../src/result-view/index.tsx";
import { cellText, fileOf, tableOf } from "../src/result-view/tabular.ts";

describe("the table in a value", () => {
  it("is the value where it is a list of objects", () => {
    const rows = [{ id: 1 }, { id: 2, name: "b" }];
    expect(tableOf(rows)).toEqual({ member: undefined, rows, columns: ["id", "name"], isMain: true });
  });

  it("is the one member that has rows", () => {
    const value = { data: [{ id: 1 }], next: null };
    expect(tableOf(value)).toMatchObject({ member: "data", columns: ["id"] });
  });

  it("is not what a thing with many members is about", () => {
    const article = { id: 1, title: "a", writer: "b", section: "c", snapshots: [{ body: "d" }] };
    expect(tableOf(article)).toMatchObject({ member: "snapshots", isMain: false });
  });

  it.each([[[]], [[1, 2]], [{ a: [{ x: 1 }], b: [{ x: 1 }] }], [{ a: 1 }], ["text"], [null]])(
    "is not there in %j",
    (value) => {
      expect(tableOf(value)).toBeUndefined();
    },
  );

  it("has six columns, plain values before nested ones, in the order of the rows", () => {
    const row = { owner: { login: "y" }, a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 };
    expect(tableOf([row])?.columns).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("costs no more for a hundred thousand rows", () => {
    const rows = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    const before = performance.now();
    expect(tableOf(rows)?.columns).toEqual(["id"]);
    expect(performance.now() - before).toBeLessThan(50);
  });
});

describe("a cell", () => {
  it.each([
    [null, ""],
    [true, "true"],
    ["two\n lines", "two lines"],
    [[1, 2], "[2]"],
    [{ login: "y", id: 3 }, "y"],
    [{ x: 1, y: 2 }, "{x, y}"],
  ])("of %j says %s", (value, text) => {
    expect(cellText(value)).toBe(text);
  });
});

describe("a file value", () => {
  it("is known by its only member", () => {
    expect(fileOf({ $file: { data: "AA==" } })).toEqual({
      name: "file",
      mediaType: "application/octet-stream",
      data: "AA==",
    });
    expect(fileOf({ $file: {}, other: 1 })).toBeUndefined();
  });
});

describe("a result", () => {
  let root: Root;
  let place: HTMLElement;

  beforeEach(() => {
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
    localStorage.setItem("madang.appearance", '{"language":"en"}');
    place = document.body.appendChild(document.createElement("div"));
    root = createRoot(place);
  });

  afterEach(() => {
    act(() => root.unmount());
    place.remove();
  });

  const draw = (value: unknown): void =>
    act(() =>
      root.render(
        <TooltipProvider>
          <ResultView value={value} />
        </TooltipProvider>,
      ),
    );

  it("is shown as text where it is HTML", () => {
    draw("<img src=x onerror=alert(1)>");
    expect(place.querySelector("img")).toBeNull();
    expect(place.querySelector("pre")?.textContent).toBe("<img src=x onerror=alert(1)>");
  });

  it("with rows is a table that can be a tree", () => {
    draw({ data: [{ id: 1 }], next: null });
    expect(place.querySelector("[role=table]")?.textContent).toContain("id");
    expect(place.textContent).toContain("1 row in data");
    act(() => place.querySelector<HTMLInputElement>("input[value=tree]")?.click());
    expect(place.querySelector("[role=tree]")).not.toBeNull();
  });

  it("with many members is a tree first", () => {
    draw({ id: 1, title: "a", writer: "b", section: "c", snapshots: [{ body: "d" }] });
    expect(place.querySelector("[role=tree]")).not.toBeNull();
  });

  it("cuts a long text until all of it is asked for", () => {
    draw("x".repeat(6000));
    expect(place.querySelector("pre")?.textContent).toHaveLength(5001);
    act(() => [...place.querySelectorAll("button")].find((one) => one.textContent.includes("6,000"))?.click());
    expect(place.querySelector("pre")?.textContent).toHaveLength(6000);
  });

  it("that is nothing is said so", () => {
    draw(null);
    expect(place.textContent).toBe("The answer has no content.");
  });
});
