import type {
  ArgumentProblem,
  CallConnection,
  CallResult,
  ConversationEvent,
  CustomValues,
  Drift,
  EffectClass,
  JsonObject,
  Provenance,
} from "@madang/sdk";

/** Where a call stands. `stopped`: its turn ended before it did. */
export type Stage =
  | "composing"
  | "form"
  | "approval"
  | "ready"
  | "performing"
  | "in_doubt"
  | "done"
  | "failed"
  | "rejected"
  | "invalid"
  | "stopped";

/** What a person gave or decided. */
export type Answer =
  | { readonly kind: "form"; readonly names: readonly string[]; readonly isCancelled: boolean }
  | { readonly kind: "approval"; readonly decision: "approve" | "reject"; readonly changed: readonly string[] }
  | { readonly kind: "in_doubt"; readonly decision: "happened" | "again" };

/** How a call ended; what the server left empty is absent. */
export type Outcome = { readonly [Name in keyof CallResult]?: NonNullable<CallResult[Name]> };

export interface CallView {
  readonly id: string;
  /** Its full name. */
  readonly function: string;
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly effect: EffectClass;
  readonly connection: CallConnection | null;
  readonly stage: Stage;
  readonly argumentsText: string;
  readonly arguments: JsonObject;
  readonly provenance: Readonly<Record<string, Provenance>>;
  /** What was wrong and composed again. */
  readonly attempts: readonly { readonly attempt: number; readonly errors: readonly ArgumentProblem[] }[];
  readonly form: CustomValues["form"] | undefined;
  readonly approval: CustomValues["approval"] | undefined;
  readonly doubt: CustomValues["in_doubt"] | undefined;
  readonly answers: readonly Answer[];
  readonly drift: readonly Drift[];
  readonly result: Outcome | undefined;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
}

const OPEN: ReadonlySet<Stage> = new Set(["composing", "form", "approval", "ready", "performing", "in_doubt"]);

/** Whether something may still come of the call. */
export function isOpen(call: Pick<CallView, "stage">): boolean {
  return OPEN.has(call.stage);
}

/** Whether the call waits for a person. */
export function isWaiting(call: Pick<CallView, "stage">): boolean {
  return call.stage === "form" || call.stage === "approval" || call.stage === "in_doubt";
}

/** The call after an event of its own. */
export function foldCall(call: CallView, event: ConversationEvent): CallView {
  switch (event.type) {
    case "TOOL_CALL_ARGS":
      return composed(call, event.delta);
    case "TOOL_CALL_END":
      return { ...call, stage: isWaiting(call) ? call.stage : "ready" };
    case "TOOL_CALL_RESULT":
      return ended(call, event);
    case "CUSTOM":
      return foldCustom(call, event);
    default:
      return call;
  }
}

function foldCustom(call: CallView, event: ConversationEvent & { type: "CUSTOM" }): CallView {
  switch (event.name) {
    case "arguments":
      return { ...call, arguments: event.value.arguments, provenance: event.value.provenance };
    case "mended":
      return { ...call, stage: "composing", argumentsText: "", attempts: [...call.attempts, event.value] };
    case "form":
      return { ...call, stage: "form", form: event.value };
    case "form_answered":
      return answered({ ...call, form: undefined }, "composing", {
        kind: "form",
        names: event.value.names,
        isCancelled: event.value.cancelled === true,
      });
    case "approval":
      return { ...call, stage: "approval", approval: event.value, arguments: event.value.arguments };
    case "approval_answered":
      return answered({ ...call, approval: undefined }, "ready", {
        kind: "approval",
        decision: event.value.decision,
        changed: event.value.changed,
      });
    case "performing":
      return { ...call, stage: "performing" };
    case "in_doubt":
      return { ...call, stage: "in_doubt", doubt: event.value };
    case "in_doubt_answered":
      return answered({ ...call, doubt: undefined }, "ready", { kind: "in_doubt", decision: event.value.decision });
    case "drift":
      return { ...call, drift: event.value.drift };
    default:
      return call;
  }
}

function answered(call: CallView, stage: Stage, answer: Answer): CallView {
  return { ...call, stage, answers: [...call.answers, answer] };
}

/** Arguments come in pieces, and after a mend anew and whole. */
function composed(call: CallView, delta: string): CallView {
  const whole = call.argumentsText + delta;
  const joined = objectIn(whole);
  if (joined !== undefined) return { ...call, argumentsText: whole, arguments: joined };
  const alone = objectIn(delta);
  return alone === undefined ? { ...call, argumentsText: whole } : { ...call, argumentsText: delta, arguments: alone };
}

function ended(call: CallView, event: ConversationEvent & { type: "TOOL_CALL_RESULT" }): CallView {
  const content = objectIn(event.content) ?? { value: event.content };
  const result = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null)) as Outcome;
  return {
    ...call,
    stage: event.state,
    result,
    drift: result.drift !== undefined && result.drift.length > 0 ? result.drift : call.drift,
    form: undefined,
    approval: undefined,
    doubt: undefined,
    endedAt: event.timestamp,
  };
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
