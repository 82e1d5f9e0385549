import { CircleAlert, CircleCheck, X } from "lucide-react";
import { createContext, use, useCallback, useEffect, useState, type ReactNode } from "react";
import { IconButton } from "./button.tsx";
import { useLabels } from "./labels.tsx";

export interface ToastMessage {
  text: string;
  tone?: "good" | "danger";
}

interface Shown extends ToastMessage {
  id: number;
}

const SECONDS = 5;
const ToastContext = createContext<(message: ToastMessage) => void>(() => undefined);
let lastId = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const show = useCallback((message: ToastMessage) => {
    const id = ++lastId;
    setShown((before) => [...before.slice(-2), { ...message, id }]);
  }, []);
  const drop = useCallback((id: number) => setShown((before) => before.filter((one) => one.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      <div
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2 sm:left-auto sm:items-end"
      >
        {shown.map((one) => (
          <Toast key={one.id} message={one} onDrop={drop} />
        ))}
      </div>
    </ToastContext>
  );
}

/** Say shortly that something was done, or failed, where no other place shows it. */
export function useToast(): (message: ToastMessage) => void {
  return use(ToastContext);
}

function Toast({ message, onDrop }: { message: Shown; onDrop: (id: number) => void }) {
  const labels = useLabels();
  const [isHeld, setHeld] = useState(false);
  const isError = message.tone === "danger";
  useEffect(() => {
    // What failed stays until it was read.
    if (isHeld || isError) return;
    const timer = setTimeout(() => onDrop(message.id), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [isHeld, isError, message.id, onDrop]);
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className="pointer-events-auto flex max-w-md animate-appear items-center gap-2.5 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-pop"
    >
      {isError ? (
        <CircleAlert aria-hidden className="size-4 shrink-0 text-danger" />
      ) : (
        <CircleCheck aria-hidden className="size-4 shrink-0 text-accent" />
      )}
      <span className="min-w-0">{message.text}</span>
      <IconButton label={labels.dismiss} icon={<X className="size-4" />} onClick={() => onDrop(message.id)} />
    </div>
  );
}
