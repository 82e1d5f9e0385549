import { describe, expect, it } from "vitest";
import { errorsApart, errorsWithin, stillWrong } from "../src/schema-form/errors.ts";
import {
  branchOf,
  emptied,
  initialValue,
  numberOf,
  shapeOf,
  withItem,
  withMember,
  withoutItem,
} from "../src/schema-form/fields.ts";
import { readFile } from "../src/schema-form/files.ts";
import { resolve } from "../src/schema-form/schema.ts";

const kind = (schema: unknown, name = "x"): string => shapeOf(schema, {}, name).kind;

describe("a resolved schema", () => {
  it("has what its references and intersections say, its own words last", () => {
    const definitions = { Base: { type: "object", properties: { a: {} }, required: ["a"], description: "base" } };
    const schema = {
      allOf: [{ $ref: "#/$defs/Base" }, { properties: { b: {} }, required: ["b"] }],
      description: "own",
    };
    expect(resolve(schema, definitions)).toEqual({
      type: "object",
      properties: { a: {}, b: {} },
      required: ["a", "b"],
      description: "own",
    });
  });

  it("has an end where a reference leads to itself", () => {
    expect(resolve({ $ref: "#/$defs/Loop" }, { Loop: { $ref: "#/$defs/Loop" } })).toEqual({});
  });
});

describe("the shape of a place", () => {
  it.each([
    [{ type: "string" }, "text"],
    [{ type: "string", format: "password" }, "secret"],
    [{ type: "string", "x-madang-human": true }, "secret"],
    [{ type: "string", format: "binary" }, "file"],
    [{ type: "integer" }, "number"],
    [{ type: "boolean" }, "boolean"],
    [{ enum: ["a", "b"] }, "choice"],
    [{ const: 1 }, "choice"],
    [{ type: "array", items: { type: "string" } }, "list"],
    [{ type: "object", properties: { a: {} } }, "object"],
    [{ type: "object", additionalProperties: { type: "string" } }, "json"],
    [{}, "json"],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, "text"],
    [{ type: ["integer", "null"] }, "number"],
    [{ oneOf: [{ const: "a" }, { const: "b" }] }, "choice"],
    [{ oneOf: [{ type: "string" }, { type: "integer" }] }, "union"],
  ])("of %j is %s", (schema, expected) => {
    expect(kind(schema)).toBe(expected);
  });

  it("is a secret where a secret's name can only be written", () => {
    expect(kind({ type: "string", writeOnly: true }, "api_key")).toBe("secret");
    expect(kind({ type: "string", writeOnly: true }, "title")).toBe("text");
  });

  it("leaves out of an object what only an answer has", () => {
    const schema = { type: "object", properties: { id: { readOnly: true }, name: {} }, required: ["id", "name"] };
    expect(shapeOf(schema, {})).toMatchObject({ members: [{ name: "name", schema: {}, isRequired: true }] });
  });

  it("says what is used where nothing is given", () => {
    expect(shapeOf({ type: "string", default: "txt" }, {}).defaultText).toBe("txt");
  });

  it("is JSON where an object stands too deep for a form", () => {
    expect(shapeOf({ type: "object", properties: { a: {} } }, {}, "x", 7).kind).toBe("json");
  });

  it("of a union with members of its own has them in every branch", () => {
    const schema = {
      properties: { id: { type: "string" } },
      oneOf: [{ $ref: "#/$defs/Cat" }, { properties: { bark: {} } }],
    };
    const definitions = { Cat: { properties: { purr: {} } } };
    const shape = shapeOf(schema, definitions);
    const branches = shape.kind === "union" ? shape.branches : [];
    expect(branches.map((branch) => branch.label)).toEqual(["Cat", "object"]);
    expect(shapeOf(branches[0]?.schema, definitions)).toMatchObject({ members: [{ name: "id" }, { name: "purr" }] });
  });
});

describe("a value", () => {
  const address = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

  it("begins with what has to be there", () => {
    const schema = {
      type: "object",
      properties: { kind: { const: "home" }, address, tags: { type: "array", items: {} }, note: { type: "string" } },
      required: ["kind", "address", "tags"],
    };
    expect(initialValue(schema, {})).toEqual({ kind: "home", address: {}, tags: [] });
  });

  it("begins somewhere even where a schema requires itself without end", () => {
    const definitions = {
      Loop: { type: "object", properties: { next: { $ref: "#/$defs/Loop" } }, required: ["next"] },
    };
    expect(initialValue({ $ref: "#/$defs/Loop" }, definitions)).toHaveProperty("next.next.next");
  });

  it("loses a member that was emptied, and keeps the order of the others", () => {
    expect(Object.entries(withMember({ a: 1, b: 2 }, "a", 3))).toEqual([
      ["a", 3],
      ["b", 2],
    ]);
    expect(withMember({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
    expect(withMember(undefined, "a", 1)).toEqual({ a: 1 });
  });

  it("has lists without holes", () => {
    expect(withItem(["a"], 1, undefined)).toEqual(["a", null]);
    expect(withItem(undefined, 0, "a")).toEqual(["a"]);
    expect(withoutItem(["a", "b"], 0)).toEqual(["b"]);
  });

  it("says 'empty' only where something has to be there", () => {
    expect(emptied(shapeOf({ type: "string" }, {}), false)).toBeUndefined();
    expect(emptied(shapeOf({ type: "string" }, {}), true)).toBe("");
    expect(emptied(shapeOf({ type: "string", minLength: 1 }, {}), true)).toBeUndefined();
    expect(emptied(shapeOf({ type: ["string", "null"] }, {}), true)).toBeNull();
  });

  it("is of the branch whose constant it has", () => {
    const branches = [
      { label: "cat", schema: { type: "object", properties: { kind: { const: "cat" } } } },
      { label: "dog", schema: { type: "object", properties: { kind: { const: "dog" } } } },
    ];
    expect(branchOf({ kind: "dog" }, branches, {})).toBe(1);
    expect(branchOf(undefined, branches, {})).toBe(0);
  });
});

describe("a typed number", () => {
  it.each([
    ["12", 12],
    ["-0.5", -0.5],
    ["1.", "1."],
    ["1e400", "1e400"],
    ["12345678901234567890", "12345678901234567890"],
    ["seven", "seven"],
  ])("%s is %j", (text, expected) => {
    expect(numberOf(text)).toBe(expected);
  });
});

describe("errors", () => {
  const errors = [
    { pointer: "/a", message: "one" },
    { pointer: "/a/b", message: "two" },
    { pointer: "/ab", message: "three" },
    { pointer: "", message: "four" },
  ];

  it("belong to their place and to those around it", () => {
    expect(errorsWithin(errors, "/a").map((error) => error.message)).toEqual(["one", "two"]);
  });

  it("that no child shows are left for the parent", () => {
    expect(errorsApart(errors, "", ["a"]).map((error) => error.message)).toEqual(["three", "four"]);
  });
});

describe("a chosen file", () => {
  it("stands in the arguments with its bytes in base64", async () => {
    const file = new File([new Uint8Array([0, 255, 1])], "a.bin", { type: "application/octet-stream" });
    expect(await readFile(file)).toEqual({
      $file: { name: "a.bin", media_type: "application/octet-stream", data: "AP8B" },
    });
  });
});

describe("an error that was found", () => {
  const errors = [
    { pointer: "/title", message: "missing" },
    { pointer: "/files/0/url", message: "no URL" },
  ];

  it("is gone once its place is another, and stays while others change", () => {
    const found = { files: [{ url: "x" }], body: "a" };
    expect(stillWrong(errors, found, { ...found, body: "b" })).toEqual(errors);
    expect(stillWrong(errors, found, { ...found, title: "t" })).toEqual([errors[1]]);
    expect(stillWrong(errors, found, { files: [{ url: "https://a" }] })).toEqual([errors[0]]);
  });
});
