import type { EffectClass, JsonObject } from "./events.ts";

/** A function as the server takes it: docs/flows/chat.md, "Functions that a client lends". */
export interface FunctionDefinition {
  /** 1 to 64 of `A-Z a-z 0-9 _ -`, in words that dots may part. */
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  /** The JSON Schema of an object; `x-madang-human: true` on a property that only a person gives. */
  readonly parameters?: JsonObject;
  /** The JSON Schema of what it gives. */
  readonly result?: JsonObject | boolean;
  /** What its repetition means; `unsafe` without it. */
  readonly effect?: Exclude<EffectClass, "checkable">;
}

/** What the server asks this client to run. */
export interface CallRequest {
  /** The same whenever the same call is asked for again. */
  readonly call_id: string;
  readonly name: string;
  readonly arguments: JsonObject;
  /** ISO 8601 UTC; an answer after it is kept, but not waited for. */
  readonly deadline: string;
}

/** A definition with what runs it. What it throws is told as the function's error. */
export interface LentFunction {
  readonly definition: FunctionDefinition;
  readonly run: (args: JsonObject, request: CallRequest) => unknown;
}

/** The answer of a function: the members of a `tool_result` beside `call_id`. */
export type Answer = { readonly value: unknown } | { readonly error: string };

const LONGEST_ERROR = 4000;
const PORTION_BYTES = 200 * 1024;

/** The functions that a session lends, and the calls that it runs. */
export class Lendings {
  readonly #lent = new Map<string, LentFunction>();
  readonly #running = new Set<string>();

  /** Lend these, each in place of one with its name; undoing it brings back what was before. */
  add(functions: readonly LentFunction[]): () => void {
    const before = functions.map(({ definition }) => [definition.name, this.#lent.get(definition.name)] as const);
    for (const each of functions) this.#lent.set(each.definition.name, each);
    return () => {
      for (const [name, one] of before) {
        if (one === undefined) this.#lent.delete(name);
        else this.#lent.set(name, one);
      }
    };
  }

  /** Take these back, or all. */
  remove(names?: readonly string[]): void {
    for (const name of names ?? [...this.#lent.keys()]) this.#lent.delete(name);
  }

  /** All definitions, in lists that a frame holds. */
  portions(): FunctionDefinition[][] {
    const portions: FunctionDefinition[][] = [];
    let size = PORTION_BYTES;
    for (const { definition } of this.#lent.values()) {
      const bytes = new TextEncoder().encode(JSON.stringify(definition)).length;
      size += bytes;
      if (size > PORTION_BYTES) {
        portions.push([]);
        size = bytes;
      }
      portions.at(-1)?.push(definition);
    }
    return portions;
  }

  /**
   * Run a function and tell its answer. A call that is running is not begun again: its answer is for both.
   * `tell` rejects where the answer cannot be sent; then that is told in its place.
   */
  async run(request: CallRequest, tell: (answer: Answer) => Promise<void>): Promise<void> {
    if (this.#running.has(request.call_id)) return;
    this.#running.add(request.call_id);
    try {
      const answer = await this.#answer(request);
      try {
        await tell(answer);
      } catch (error) {
        if ("value" in answer) await tell(failure(`what it gave cannot be sent: ${wordsOf(error)}`));
      }
    } catch {
      // Refused: nobody waits for it any more.
    } finally {
      this.#running.delete(request.call_id);
    }
  }

  async #answer(request: CallRequest): Promise<Answer> {
    const found = this.#lent.get(request.name);
    if (found === undefined) return failure(`${request.name} is not lent any more`);
    try {
      return { value: (await found.run(request.arguments, request)) ?? null };
    } catch (error) {
      return failure(wordsOf(error));
    }
  }
}

function failure(words: string): Answer {
  return { error: words.replaceAll("\0", "").slice(0, LONGEST_ERROR) };
}

function wordsOf(error: unknown): string {
  if (error instanceof Error) return error.message === "" ? error.name : error.message;
  return String(error);
}
