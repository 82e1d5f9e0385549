import { Fragment, memo, useMemo, type ReactNode } from "react";
import { Code, CodeBlock, cx } from "@madang/ui";
import { readMarkdown, type Block, type Inline, type Item } from "./markdown.ts";

/** What an answer says. Nothing in it is HTML, leads away or is loaded. */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => readMarkdown(text), [text]);
  return (
    <div className="flex min-w-0 flex-col gap-2.5 leading-relaxed">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
});

function BlockView({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case "paragraph":
      return <p className="whitespace-pre-line">{inline(block.content)}</p>;
    case "quote":
      return (
        <blockquote className="border-l-2 border-line pl-3 whitespace-pre-line text-muted">
          {inline(block.content)}
        </blockquote>
      );
    case "heading":
      return (
        // The page has its own headings; those of an answer are below all of them.
        <p role="heading" aria-level={Math.min(6, block.level + 2)} className="pt-1 font-semibold">
          {inline(block.content)}
        </p>
      );
    case "code":
      return <CodeBlock code={block.text} />;
    case "list":
      return <ListView block={block} />;
    case "table":
      return <TableView rows={block.rows} />;
    case "rule":
      return <hr className="border-line" />;
  }
}

const DEPTHS = ["", "ml-5", "ml-10", "ml-15", "ml-20"] as const;

function ListView({ block }: { block: Extract<Block, { kind: "list" }> }) {
  const items = block.items.map((item: Item, index) => (
    <li key={index} className={cx("pl-1", DEPTHS[item.depth], item.depth > 0 && "list-[circle]")}>
      {inline(item.content)}
    </li>
  ));
  const look = "flex flex-col gap-1 pl-5 marker:text-muted";
  return block.isOrdered ? (
    <ol start={block.start} className={cx(look, "list-decimal")}>
      {items}
    </ol>
  ) : (
    <ul className={cx(look, "list-disc")}>{items}</ul>
  );
}

function TableView({ rows }: { rows: readonly (readonly (readonly Inline[])[])[] }) {
  const [head = [], ...body] = rows;
  return (
    <div className="overflow-x-auto rounded-md border border-line">
      <table className="w-full text-left text-sm">
        <thead className="bg-sunken">
          <tr>
            {head.map((cell, index) => (
              <th key={index} className="px-2.5 py-1.5 font-medium">
                {inline(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, line) => (
            <tr key={line} className="border-t border-line">
              {row.map((cell, index) => (
                <td key={index} className="px-2.5 py-1.5 align-top">
                  {inline(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(pieces: readonly Inline[]): ReactNode {
  return pieces.map((piece, index) => <Fragment key={index}>{pieceView(piece)}</Fragment>);
}

function pieceView(piece: Inline): ReactNode {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "code":
      return <Code>{piece.text}</Code>;
    case "strong":
      return <strong className="font-semibold">{inline(piece.content)}</strong>;
    case "em":
      return <em>{inline(piece.content)}</em>;
    case "address":
      return (
        <>
          {inline(piece.content)}{" "}
          <span className="font-mono text-[0.92em] wrap-anywhere text-muted">({piece.address})</span>
        </>
      );
  }
}
