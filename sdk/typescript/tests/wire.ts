import type { Socket } from "../lib/index.ts";

/** The server's end of one socket. */
export class Wire implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly heard: Record<string, unknown>[] = [];
  isClosed = false;

  send(text: string): void {
    this.heard.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  say(...frames: unknown[]): void {
    for (const frame of frames) this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  hangUp(code = 1006): void {
    this.onclose?.({ code, reason: "" });
  }
}

/** The server's answer to a frame. */
export function answer(id: unknown, problem?: unknown): unknown {
  return {
    type: "CUSTOM",
    name: "frame",
    value: problem === undefined ? { id, ok: true } : { id, ok: false, problem },
  };
}
