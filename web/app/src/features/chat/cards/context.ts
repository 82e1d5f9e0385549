import type { ClientFrame } from "@madang/sdk";
import { createContext, use, useState } from "react";
import type { ConversationStore } from "../store.ts";

export const StoreContext = createContext<ConversationStore | undefined>(undefined);

export function useStore(): ConversationStore {
  const store = use(StoreContext);
  if (store === undefined) throw new Error("useStore outside of a conversation");
  return store;
}

export interface Sending {
  /** From the click on, until the card is told of by the next event, or the server refuses. */
  isBusy: boolean;
  error: unknown;
  send: (frame: ClientFrame) => void;
}

/** Sends what a person decides about `asked`, once. */
export function useSending(asked: unknown): Sending {
  const store = useStore();
  const [sentFor, setSentFor] = useState<unknown>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const send = (frame: ClientFrame): void => {
    setSentFor(asked);
    setError(undefined);
    store.send(frame).catch((caught: unknown) => {
      setSentFor(undefined);
      setError(caught);
    });
  };
  return { isBusy: sentFor === asked, error, send };
}
