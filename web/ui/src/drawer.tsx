import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./button.tsx";

export interface DrawerProps {
  title: string;
  closeLabel: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** What stands at the left side of a wide page, slid in on a phone. */
export function Drawer({ title, closeLabel, isOpen, onClose, children }: DrawerProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 bg-scrim md:hidden" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-40 w-72 max-w-[85vw] animate-slide-in border-r border-line bg-canvas shadow-pop outline-none md:hidden"
        >
          <Radix.Title className="sr-only">{title}</Radix.Title>
          {children}
          <div className="absolute top-2 right-2">
            <IconButton hasTooltip={false} label={closeLabel} icon={<X className="size-4" />} onClick={onClose} />
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
