import type { TurnView } from "./state.ts";

export interface TurnUsage {
  readonly models: readonly string[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** One per currency: the sum where several were used, as the server writes a single one. */
  readonly prices: readonly string[];
}

/** What the model calls of a turn took together. */
export function usageOf(turn: TurnView): TurnUsage {
  const models = [...new Set(turn.usage.map((one) => one.model))];
  const currencies = [...new Set(turn.usage.flatMap((one) => one.currency ?? []))];
  return {
    models,
    inputTokens: turn.usage.reduce((sum, one) => sum + one.input_tokens, 0),
    outputTokens: turn.usage.reduce((sum, one) => sum + one.output_tokens, 0),
    prices: currencies.map((currency) => priceIn(turn, currency)),
  };
}

/** Prices come as exact decimals; a sum of a few of them is shown with six places at most. */
function priceIn(turn: TurnView, currency: string): string {
  const priced = turn.usage.filter((one) => one.currency === currency && one.price !== null);
  const [first] = priced;
  if (priced.length === 1 && first !== undefined) return `${first.price ?? ""} ${currency}`;
  const sum = priced.reduce((total, one) => total + Number(one.price), 0);
  return `${String(Number(sum.toFixed(6)))} ${currency}`;
}
