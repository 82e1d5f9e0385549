import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, IconButton } from "./button.tsx";
import { useLabels } from "./labels.tsx";
import { useToast } from "./toast.tsx";

/** Copy text; for two seconds `isCopied` says that it was. */
export function useCopy(): { isCopied: boolean; copy: (text: string) => void } {
  const labels = useLabels();
  const toast = useToast();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = (text: string): void => {
    writeText(text).then(
      () => setCopied(true),
      () => toast({ tone: "danger", text: labels.copyFailed }),
    );
  };
  return { isCopied, copy };
}

async function writeText(text: string): Promise<void> {
  // Absent on plain http outside of loopback.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) throw new Error("no clipboard");
  await clipboard.writeText(text);
}

export function CopyButton({ text, label, withText = false }: { text: string; label?: string; withText?: boolean }) {
  const labels = useLabels();
  const { isCopied, copy } = useCopy();
  const icon = isCopied ? <Check className="size-4 text-accent" /> : <Copy className="size-4" />;
  const name = isCopied ? labels.copied : (label ?? labels.copy);
  if (withText) {
    return (
      <Button icon={icon} onClick={() => copy(text)}>
        {name}
      </Button>
    );
  }
  return <IconButton label={name} icon={icon} onClick={() => copy(text)} />;
}
