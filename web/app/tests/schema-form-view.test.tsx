import { TooltipProvider } from "@madang/ui";
import { act, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SchemaForm, emptyValue, type JsonObject, type Wrong } from "../src/schema-form/index.tsx";

const ARTICLE = {
  type: "object",
  properties: {
    title: { type: "string", minLength: 1 },
    password: { type: "string", format: "password" },
    pages: { type: "integer" },
    format: { enum: ["txt", "md"], default: "txt" },
    files: { type: "array", items: { $ref: "#/$defs/File" } },
  },
  required: ["title", "password"],
  $defs: { File: { type: "object", properties: { url: { type: "string" } }, required: ["url"] } },
};

let root: Root;
let place: HTMLElement;
let value: JsonObject;

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  localStorage.setItem("madang.appearance", '{"language":"en"}');
  place = document.body.appendChild(document.createElement("div"));
  root = createRoot(place);
  value = emptyValue(ARTICLE);
});

afterEach(() => {
  act(() => root.unmount());
  place.remove();
});

function Holder({ errors }: { errors: readonly Wrong[] }) {
  const [held, setHeld] = useState(value);
  const change = (next: JsonObject): void => {
    value = next;
    setHeld(next);
  };
  return (
    <TooltipProvider>
      <SchemaForm schema={ARTICLE} value={held} onChange={change} errors={errors} />
    </TooltipProvider>
  );
}

function draw(errors: readonly Wrong[] = []): void {
  act(() => root.render(<Holder errors={errors} />));
}

function control(label: string): HTMLInputElement {
  const found = [...place.querySelectorAll("label")].find((one) => one.textContent === label);
  return place.querySelector(`[id="${found?.htmlFor ?? ""}"]`) as HTMLInputElement;
}

function type(label: string, text: string): void {
  const field = control(label);
  const prototype = Object.getPrototypeOf(field) as HTMLInputElement;
  act(() => {
    Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  });
}

function click(name: string): void {
  const buttons = [...place.querySelectorAll("button")];
  const named = buttons.find((one) => one.getAttribute("aria-label") === name || one.textContent === name);
  act(() => named?.click());
}

describe("a form made from a schema", () => {
  it("makes the value from what is filled in, and leaves out what is not", () => {
    draw();
    type("title", "Hello");
    type("pages", "3");
    type("format", '"md"');
    expect(value).toEqual({ title: "Hello", pages: 3, format: "md" });
    type("title", "");
    expect(value).toEqual({ pages: 3, format: "md" });
  });

  it("hides a password while it is typed", () => {
    draw();
    expect(control("password").type).toBe("password");
  });

  it("adds and removes what a list has", () => {
    draw();
    click("Add files");
    click("Add files 1");
    type("url", "https://files.example.com/a");
    expect(value).toEqual({ files: [{ url: "https://files.example.com/a" }] });
    click("Remove files 1");
    expect(value).toEqual({ files: [] });
    click("Remove files");
    expect(value).toEqual({});
  });

  it("shows each error at its place", () => {
    draw([
      { pointer: "/title", message: "title is missing", code: "required" },
      { pointer: "/colour", message: "colour is not known here" },
    ]);
    const described = control("title").getAttribute("aria-describedby")?.split(" ") ?? [];
    expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual(["This is needed."]);
    expect(place.querySelector("[role=alert]")?.textContent).toBe("colour is not known here");
  });

  it("can be written as JSON, which holds the form back while it is broken", () => {
    draw();
    type("title", "Hello");
    act(() => place.querySelector<HTMLInputElement>("input[value=json]")?.click());
    type("Everything as JSON", '{"title": "Bye"');
    expect(value).toEqual({ title: "Hello" });
    expect(control("Everything as JSON").validationMessage).toBe("This is not JSON yet.");
    type("Everything as JSON", '{"title": "Bye"}');
    expect(value).toEqual({ title: "Bye" });
    expect(control("Everything as JSON").validationMessage).toBe("");
  });
});
