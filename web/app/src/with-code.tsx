import { Code } from "@madang/ui";

/** A sentence of a message table in which `backquotes` mark code. */
export function WithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <Code key={index}>{part}</Code> : part));
}
