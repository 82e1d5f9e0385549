import { useSyncExternalStore } from "react";

/** Whether the backend answers. While it does not, it is asked again and again, ever more rarely. */
export class Contact {
  #isLost = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  readonly #listeners = new Set<() => void>();
  readonly #ask: () => Promise<unknown>;
  readonly #onFound: () => void;

  /** `ask` is a request whose outcome comes back through `note`; `onFound` is called when contact is there again. */
  constructor(ask: () => Promise<unknown>, onFound: () => void) {
    this.#ask = ask;
    this.#onFound = onFound;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  readonly note = (isReached: boolean): void => {
    if (isReached) {
      if (this.#isLost) this.#found();
    } else if (!this.#isLost) {
      this.#isLost = true;
      this.#tell();
      this.#schedule();
    }
  };

  /** Ask at once instead of waiting. */
  readonly retry = (): void => {
    clearTimeout(this.#timer);
    this.#ask()
      .catch(() => undefined)
      .finally(() => (this.#isLost ? this.#schedule() : undefined));
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #found(): void {
    clearTimeout(this.#timer);
    this.#isLost = false;
    this.#attempt = 0;
    this.#tell();
    this.#onFound();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.retry, delayMilliseconds(this.#attempt++));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The wait before an attempt: 1, 2, 4, 8, then 15 seconds. */
export function delayMilliseconds(attempt: number): number {
  return Math.min(15_000, 1000 * 2 ** attempt);
}

export function useIsLost(contact: Contact): boolean {
  return useSyncExternalStore(contact.subscribe, () => contact.isLost);
}
