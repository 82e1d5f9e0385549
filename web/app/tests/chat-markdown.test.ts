import { describe, expect, it } from "vitest";
import { readInline, readMarkdown } from "../src/features/chat/markdown.ts";

function text(words: string) {
  return { kind: "text", text: words };
}

describe("Markdown", () => {
  it("has paragraphs, headings, lists, code, quotes, tables and rules", () => {
    const blocks = readMarkdown(
      [
        "# One",
        "two",
        "lines",
        "",
        "- a",
        "  - b",
        "2) c",
        "```js",
        "x*y*z",
        "```",
        "> said",
        "---",
        "|a|b|",
        "|-|-|",
        "|1|2|",
      ].join("\n"),
    );
    expect(blocks).toEqual([
      { kind: "heading", level: 1, content: [text("One")] },
      { kind: "paragraph", content: [text("two\nlines")] },
      {
        kind: "list",
        isOrdered: false,
        start: 1,
        items: [
          { depth: 0, content: [text("a")] },
          { depth: 1, content: [text("b")] },
        ],
      },
      { kind: "list", isOrdered: true, start: 2, items: [{ depth: 0, content: [text("c")] }] },
      { kind: "code", text: "x*y*z" },
      { kind: "quote", content: [text("said")] },
      { kind: "rule" },
      {
        kind: "table",
        rows: [
          [[text("a")], [text("b")]],
          [[text("1")], [text("2")]],
        ],
      },
    ]);
  });

  it("that is half written is read as far as it goes", () => {
    expect(readMarkdown("```py\nprint(")).toEqual([{ kind: "code", text: "print(" }]);
    expect(readMarkdown("**bo")).toEqual([{ kind: "paragraph", content: [text("**bo")] }]);
  });

  it("shows links and images as their words and address", () => {
    expect(readInline("see [the **page**](https://x.example/a) and ![a cat](data:image/png;base64,AA)")).toEqual([
      text("see "),
      {
        kind: "address",
        content: [text("the "), { kind: "strong", content: [text("page")] }],
        address: "https://x.example/a",
      },
      text(" and "),
      { kind: "address", content: [text("a cat")], address: "data:image/png;base64,AA" },
    ]);
  });

  it("leaves HTML as the text that it is", () => {
    const html = "<img src=x onerror=alert(1)><script>alert(1)</script>";
    expect(readMarkdown(html)).toEqual([{ kind: "paragraph", content: [text(html)] }]);
  });

  it("keeps names with underscores and stars between spaces whole", () => {
    expect(readInline("snake_case_name 2 * 3 * 4 `a_b_c` _so_")).toEqual([
      text("snake_case_name 2 * 3 * 4 "),
      { kind: "code", text: "a_b_c" },
      text(" "),
      { kind: "em", content: [text("so")] },
    ]);
  });

  it.each(["*".repeat(20_000), "[".repeat(20_000), "`".repeat(20_000), "_a".repeat(10_000), "- ".repeat(10_000)])(
    "takes no long time over text made to take long",
    (nasty) => {
      const before = performance.now();
      readMarkdown(nasty);
      expect(performance.now() - before).toBeLessThan(1000);
    },
  );
});
