import type { TurnView } from "./state.ts";

export interface TurnUsage {
  readonly models: readonly string[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** One per currency, of what has a price. */
  readonly prices: readonly string[];
}

const MICRO = 1_000_000;

/** What the model calls of a turn took together. */
export function usageOf(turn: TurnView): TurnUsage {
  const sums = new Map<string, number>();
  for (const { currency, price_micro: price } of turn.usage) {
    if (price !== null) sums.set(currency, (sums.get(currency) ?? 0) + price);
  }
  return {
    models: [...new Set(turn.usage.map((one) => one.model))],
    inputTokens: turn.usage.reduce((sum, one) => sum + one.input_tokens, 0),
    outputTokens: turn.usage.reduce((sum, one) => sum + one.output_tokens, 0),
    prices: [...sums].map(([currency, micro]) => `${decimal(micro)} ${currency}`),
  };
}

/** Millionths as a decimal, with at least two places. */
function decimal(micro: number): string {
  const [whole = "0", part = ""] = (micro / MICRO).toFixed(6).split(".");
  return `${whole}.${part.replace(/0{1,4}$/, "")}`;
}
