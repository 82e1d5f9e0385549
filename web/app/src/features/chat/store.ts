import { ConversationSession, idempotencyKey, sessionUrl, type ClientFrame, type SessionState } from "@madang/sdk";
import { useSyncExternalStore } from "react";
import type { CallView } from "./calls.ts";
import { NOTHING, fold, type CallPart, type ConversationState } from "./state.ts";

/** A message that is not in the conversation's events yet. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  /** Why the server did not take it. */
  readonly error?: unknown;
}

export interface Snapshot {
  readonly state: ConversationState;
  readonly connection: SessionState;
  /** Whether the events up to the present were here once. */
  readonly isComplete: boolean;
  readonly outgoing: readonly Outgoing[];
}

const FRAME_MILLISECONDS = 16;
const REPLAY_MILLISECONDS = 200;
const LINGER_MILLISECONDS = 1000;

/** One conversation as this page knows it: its events folded, its live session, what is still to be said. */
export class ConversationStore {
  readonly #session: ConversationSession;
  readonly #listeners = new Set<() => void>();
  #now: Snapshot = { state: NOTHING, connection: { kind: "connecting" }, isComplete: false, outgoing: [] };
  #shown = this.#now;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly id: string) {
    this.#session = new ConversationSession({
      url: sessionUrl(location.origin, id),
      onEvent: (event) => this.#change({ state: fold(this.#now.state, event) }),
      onState: (connection) =>
        this.#change({ connection, isComplete: this.#now.isComplete || connection.kind === "live" }),
    });
  }

  readonly snapshot = (): Snapshot => this.#shown;

  /** The session is open while somebody listens, and a moment longer. */
  readonly subscribe = (listener: () => void): (() => void) => {
    clearTimeout(this.#leaving);
    if (this.#listeners.size === 0) this.#session.connect();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#leaving = setTimeout(() => this.#session.close(), LINGER_MILLISECONDS);
    };
  };

  /** Open the session again at once. */
  readonly reconnect = (): void => this.#session.connect();

  /** The same where the session waits to be opened again; one that ended stays so. */
  readonly reconnectIfWaiting = (): void => {
    if (this.#now.connection.kind === "waiting") this.#session.connect();
  };

  /** Answer, decide or stop. Resolves when the server has it. */
  readonly send = (frame: ClientFrame): Promise<void> => this.#session.send(frame);

  /** Say something; it is shown at once, and goes out as soon as it can. */
  readonly say = (text: string, id: string = idempotencyKey()): void => {
    const others = this.#now.outgoing.filter((one) => one.id !== id);
    this.#change({ outgoing: [...others, { id, text }] });
    this.#session.send({ type: "message", text }, id).catch((error: unknown) => {
      const outgoing = this.#now.outgoing.map((one) => (one.id === id ? { ...one, error } : one));
      this.#change({ outgoing });
    });
  };

  readonly discard = (id: string): void =>
    this.#change({ outgoing: this.#now.outgoing.filter((one) => one.id !== id) });

  /** The title of a call by its key (`turn/call`). */
  readonly titleOf = (key: string): string | undefined =>
    this.#call((call) => key.split("/").at(-1) === call.id)?.title;

  /** The label of a connection that a call went over. */
  readonly connectionLabel = (id: string): string | undefined =>
    this.#call((call) => call.connection?.id === id)?.connection?.label;

  #call(isMeant: (call: CallView) => boolean): CallView | undefined {
    const parts = this.#now.state.turns.flatMap((turn) => turn.parts);
    const part = parts.find((one): one is CallPart => one.kind === "call" && isMeant(one.call));
    return part?.call;
  }

  #change(change: Partial<Snapshot>): void {
    const before = this.#now;
    const next = { ...before, ...change };
    const known = new Set(next.state.turns.map((turn) => turn.frame));
    const isSettled = next.outgoing.every((one) => !known.has(one.id));
    this.#now = isSettled ? next : { ...next, outgoing: next.outgoing.filter((one) => !known.has(one.id)) };
    // A replay is thousands of events; the page is drawn once for all that came together.
    if (next.isComplete && !before.isComplete) this.#tell();
    else this.#telling ??= setTimeout(this.#tell, next.isComplete ? FRAME_MILLISECONDS : REPLAY_MILLISECONDS);
  }

  readonly #tell = (): void => {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#shown = this.#now;
    for (const listener of this.#listeners) listener();
  };
}

const KEPT = 20;
const stores = new Map<string, ConversationStore>();

/** The store of a conversation, the same for all who ask. The last few are kept, so that going back is instant. */
export function storeOf(id: string): ConversationStore {
  const store = stores.get(id) ?? new ConversationStore(id);
  stores.delete(id);
  stores.set(id, store);
  const oldest = stores.keys().next().value;
  if (stores.size > KEPT && oldest !== undefined) stores.delete(oldest);
  return store;
}

/** Forget a conversation that was deleted. */
export function dropStore(id: string): void {
  stores.delete(id);
}

export function useSnapshot(store: ConversationStore): Snapshot {
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
