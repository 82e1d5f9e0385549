import { idempotencyKey } from "./client.ts";
import { ApiError } from "./errors.ts";
import type { ClientFrame, ConversationEvent } from "./events.ts";
import { Lendings, type CallRequest, type LentFunction } from "./lending.ts";
import { readMessage, type FrameAnswer } from "./messages.ts";

/** The part of the browser's WebSocket that a session uses. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(): void;
}

export type SessionState =
  /** The socket is being opened, or what happened is being replayed. */
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** The socket was lost; it is opened again at `retryAt` (milliseconds). */
  | { readonly kind: "waiting"; readonly retryAt: number }
  /** Nothing will come any more, until `connect` is called again. */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

export interface SessionOptions {
  /** `ws://…/api/conversations/{id}/session` */
  url: string;
  /** The last event that the caller has. */
  afterSeq?: number;
  /**
   * The session's name for the server, 16 to 64 of `A-Z a-z 0-9 _ -`; a new one without it. A page that keeps it (as in
   * sessionStorage) is the same session after a reload: what it lends keeps its names.
   */
  session?: string;
  /** What stands before the names of the functions that are lent, where people see them; `app` without it. */
  name?: string;
  /** Each event once, in order, without gaps. */
  onEvent: (event: ConversationEvent) => void;
  onState: (state: SessionState) => void;
  open?: (url: string) => Socket;
  random?: () => number;
}

/** The session ended before the server answered a frame. */
export class SessionClosedError extends Error {
  override readonly name = "SessionClosedError";

  constructor(readonly code: number) {
    super(`the session was closed (${String(code)}) before the server answered`);
  }
}

/** A frame is larger than the server takes. */
export class FrameTooLargeError extends Error {
  override readonly name = "FrameTooLargeError";

  constructor(readonly bytes: number) {
    super(`a frame of ${String(bytes)} bytes is more than the ${String(FRAME_BYTES)} that the server takes`);
  }
}

export const FRAME_BYTES = 256 * 1024;
const TOO_FAST = 4429;
const FINAL = new Set([1008, 4400, 4401, 4404, 4409, 4413]);
const FIRST_MILLISECONDS = 500;
const MOST_MILLISECONDS = 15_000;
const TOO_FAST_MILLISECONDS = 5000;

interface Sent {
  readonly text: string;
  readonly settle: (answer: FrameAnswer) => void;
  readonly fail: (error: Error) => void;
}

/**
 * A conversation's live session. A lost socket is opened again, ever more rarely, and told the last event that came; frames
 * that were not answered are sent again under the ids they had, so that each is applied once.
 */
export class ConversationSession {
  readonly #options: SessionOptions;
  readonly #sent = new Map<string, Sent>();
  readonly #lendings = new Lendings();
  /** By this the server knows the session again when it comes with another socket. */
  readonly #id: string;
  #seq: number;
  #socket: Socket | undefined;
  #isOpen = false;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#seq = options.afterSeq ?? 0;
    this.#id = options.session ?? idempotencyKey();
  }

  /** The last event that came. */
  get seq(): number {
    return this.#seq;
  }

  /** Open the socket, now also where it would be opened later. Does nothing while there is one. */
  connect(): void {
    clearTimeout(this.#timer);
    if (this.#socket !== undefined) return;
    this.#options.onState({ kind: "connecting" });
    const open = this.#options.open ?? ((url: string): Socket => new WebSocket(url) as Socket);
    const socket = open(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => this.#greet(socket);
    socket.onmessage = (event) => this.#hear(String(event.data));
    socket.onclose = (event) => this.#lose(event.code, event.reason);
  }

  /** Leave. Frames that were not answered stay, and are sent when `connect` is called again. */
  close(): void {
    clearTimeout(this.#timer);
    this.#drop();
    this.#options.onState({ kind: "closed", code: 1000, reason: "" });
  }

  /**
   * Say something. Resolves when the server has stored it; while the socket is away it is kept and sent later.
   *
   * Throws ApiError where the server refuses it, SessionClosedError where the session ended for good,
   * FrameTooLargeError.
   */
  send(frame: ClientFrame, id: string = idempotencyKey()): Promise<void> {
    const text = JSON.stringify({ id, ...frame });
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > FRAME_BYTES) return Promise.reject(new FrameTooLargeError(bytes));
    return new Promise((resolve, fail) => {
      const settle = (answer: FrameAnswer): void =>
        answer.ok ? resolve() : fail(new ApiError({ ...answer.problem, trace: answer.problem.trace ?? null }));
      this.#sent.set(id, { text, settle, fail });
      if (this.#isOpen) this.#socket?.send(text);
    });
  }

  /**
   * Lend functions for as long as this session lives: the server may ask for a call of one at any time, and gets what
   * `run` gives or throws. They are lent again with each new socket. One with the name of another takes its place.
   *
   * Throws what `send` does; then nothing has changed.
   */
  async lend(functions: readonly LentFunction[]): Promise<void> {
    const undo = this.#lendings.add(functions);
    try {
      await this.send({ type: "lend", functions: functions.map((each) => each.definition), ...this.#named() });
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Take functions back by their names, or all. */
  async unlend(names?: readonly string[]): Promise<void> {
    this.#lendings.remove(names);
    await this.send({ type: "unlend", ...(names === undefined ? {} : { names }) });
  }

  #named(): { name?: string } {
    return this.#options.name === undefined ? {} : { name: this.#options.name };
  }

  #greet(socket: Socket): void {
    this.#isOpen = true;
    const say = (frame: object): void => socket.send(JSON.stringify({ id: idempotencyKey(), ...frame }));
    say({ type: "resume", after_seq: this.#seq, session: this.#id });
    for (const functions of this.#lendings.portions()) say({ type: "lend", functions, ...this.#named() });
    for (const { text } of this.#sent.values()) socket.send(text);
  }

  #hear(text: string): void {
    const message = readMessage(text);
    if (message === undefined) return;
    if (message.kind === "event") this.#take(message.event);
    else if (message.kind === "answer") this.#settle(message.answer);
    else if (message.kind === "request") this.#run(message.request);
    else {
      this.#attempt = 0;
      this.#options.onState({ kind: "live" });
    }
  }

  #take(event: ConversationEvent): void {
    if (event.seq <= this.#seq) return;
    if (event.seq > this.#seq + 1) {
      // Something between was lost; the replay of a new socket has it.
      this.#drop();
      this.#wait(FIRST_MILLISECONDS);
      return;
    }
    this.#seq = event.seq;
    this.#options.onEvent(event);
  }

  #run(request: CallRequest): void {
    void this.#lendings.run(request, (answer) =>
      this.send({ type: "tool_result", call_id: request.call_id, ...answer }),
    );
  }

  #settle(answer: FrameAnswer): void {
    this.#sent.get(answer.id)?.settle(answer);
    this.#sent.delete(answer.id);
  }

  #lose(code: number, reason: string): void {
    this.#drop();
    if (FINAL.has(code)) {
      for (const { fail } of this.#sent.values()) fail(new SessionClosedError(code));
      this.#sent.clear();
      this.#options.onState({ kind: "closed", code, reason });
    } else {
      this.#wait(code === TOO_FAST ? TOO_FAST_MILLISECONDS : FIRST_MILLISECONDS);
    }
  }

  #wait(first: number): void {
    const random = this.#options.random ?? Math.random;
    const milliseconds = backoffMilliseconds(this.#attempt++, first, random());
    this.#timer = setTimeout(() => this.connect(), milliseconds);
    this.#options.onState({ kind: "waiting", retryAt: Date.now() + milliseconds });
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#isOpen = false;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

/** The wait before an attempt: doubling up to 15 seconds, of it half to all, so that many clients do not come at once. */
export function backoffMilliseconds(attempt: number, first: number, random: number): number {
  return Math.min(MOST_MILLISECONDS, first * 2 ** attempt) * (0.5 + random / 2);
}

/** The address of a conversation's session at the Madang of `baseUrl`. */
export function sessionUrl(baseUrl: string, conversation: string): string {
  const url = new URL(`/api/conversations/${encodeURIComponent(conversation)}/session`, baseUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
