import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Contact, delayMilliseconds } from "../src/contact.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that is away for the first `failures` questions. */
function away(failures: number): { contact: Contact; asked: () => number; found: () => number } {
  let asked = 0;
  let found = 0;
  const contact = new Contact(
    () => {
      const isReached = ++asked > failures;
      contact.note(isReached);
      return isReached ? Promise.resolve() : Promise.reject(new Error("no answer"));
    },
    () => found++,
  );
  return { contact, asked: () => asked, found: () => found };
}

describe("contact with the server", () => {
  it("is asked for again until it is there, and then says so once", async () => {
    const { contact, asked, found } = away(2);
    contact.note(false);
    expect(contact.isLost).toBe(true);
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000);
    expect([contact.isLost, asked(), found()]).toEqual([false, 3, 1]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(3);
  });

  it("is asked for at once when a person wants it", async () => {
    const { contact, asked } = away(0);
    contact.note(false);
    contact.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect([contact.isLost, asked()]).toEqual([false, 1]);
  });

  it("tells its listeners when it is lost and found, not at every answer", () => {
    const { contact } = away(0);
    const states: boolean[] = [];
    contact.subscribe(() => states.push(contact.isLost));
    for (const isReached of [true, false, false, true, true]) contact.note(isReached);
    expect(states).toEqual([true, false]);
  });

  it("waits longer from attempt to attempt, but never long", () => {
    expect([0, 1, 2, 3, 4, 50].map(delayMilliseconds)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  });
});
