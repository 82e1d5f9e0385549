import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ErrorNotice,
  Field,
  Input,
  JsonTree,
  Table,
  ToastProvider,
  TooltipProvider,
  type Column,
} from "../src/index.ts";
import { matchScore } from "../src/matching.ts";

let root: Root;
let place: HTMLElement;

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // There is no layout here: a line is 40 high, all else 400.
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(function (this: HTMLElement) {
    return this.dataset["index"] === undefined ? 400 : 40;
  });
  place = document.body.appendChild(document.createElement("div"));
  root = createRoot(place);
});

afterEach(() => {
  act(() => root.unmount());
  place.remove();
  vi.restoreAllMocks();
});

function draw(content: ReactNode): void {
  act(() =>
    root.render(
      <TooltipProvider>
        <ToastProvider>{content}</ToastProvider>
      </TooltipProvider>,
    ),
  );
}

function press(element: Element | null, key: string): void {
  act(() => void element?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
}

describe("an error notice", () => {
  it("says what, where, what to do, and the trace", () => {
    draw(
      <ErrorNotice
        title="The input is not valid"
        detail="not valid: /name"
        places={[
          { pointer: "/name", message: "Field required" },
          { pointer: "", message: "not JSON" },
        ]}
        trace="0af7"
      />,
    );
    const text = place.querySelector("[role=alert]")?.textContent;
    for (const part of ["The input is not valid", "/name Field required", "the whole input not JSON", "0af7"]) {
      expect(text).toContain(part);
    }
  });
});

describe("a field", () => {
  it("ties label, help and error to its control", () => {
    draw(
      <Field label="Name" help="what uses it" error="needed">
        {(ids) => <Input {...ids} />}
      </Field>,
    );
    const input = place.querySelector("input");
    expect(input?.labels?.[0]?.textContent).toBe("Name");
    expect(input?.getAttribute("aria-invalid")).toBe("true");
    const described = input
      ?.getAttribute("aria-describedby")
      ?.split(" ")
      .map((id) => document.getElementById(id)?.textContent);
    expect(described).toEqual(["what uses it", "needed"]);
  });
});

describe("a JSON tree", () => {
  it("opens and closes by arrow keys and says so", () => {
    draw(<JsonTree label="result" value={{ first: { inner: 1 }, second: 2 }} />);
    const tree = place.querySelector("[role=tree]");
    const lines = (): (string | null)[] =>
      [...place.querySelectorAll("[role=treeitem]")].map((line) => line.getAttribute("aria-expanded"));
    expect(lines()).toEqual(["true", "false", null]);
    press(tree, "ArrowDown");
    press(tree, "ArrowRight");
    expect(lines()).toEqual(["true", "true", null, null]);
    press(tree, "Home");
    press(tree, "ArrowLeft");
    expect(lines()).toEqual(["false"]);
  });
});

describe("a table", () => {
  const columns: readonly Column<string>[] = [{ id: "name", header: "Name", width: "1fr", cell: (row) => row }];

  it("shows what stands for no rows", () => {
    draw(<Table label="things" columns={columns} rows={[]} rowKey={(row) => row} empty={<p>none yet</p>} />);
    expect(place.textContent).toBe("none yet");
  });

  it("announces all rows while only some of them are in the page", () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `row ${String(index)}`);
    draw(
      <div data-scroller>
        <Table label="things" columns={columns} rows={rows} rowKey={(row) => row} />
      </div>,
    );
    expect(place.querySelector("[role=table]")?.getAttribute("aria-rowcount")).toBe("5001");
    const shown = place.querySelectorAll("[role=row]").length;
    expect(shown).toBeGreaterThan(10);
    expect(shown).toBeLessThan(100);
  });
});

describe("matching", () => {
  it("wants every word, in any order, and prefers the beginning of words", () => {
    expect(matchScore("Settings: API keys", "keys api")).toBeDefined();
    expect(matchScore("Settings: API keys", "api nothing")).toBeUndefined();
    expect(matchScore("Audit trail", "au")).toBeGreaterThan(matchScore("Restaurant", "au") ?? 0);
    expect(matchScore("설정: 감사 기록", "감사")).toBeDefined();
  });
});
