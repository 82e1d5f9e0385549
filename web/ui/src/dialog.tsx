import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button, IconButton } from "./button.tsx";
import { cx } from "./cx.ts";
import { useLabels } from "./labels.tsx";

export interface DialogProps {
  title: string;
  about?: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  children?: ReactNode;
  footer?: ReactNode;
  isWide?: boolean;
  /** It stays until a button closes it, for what is lost by a slip of the hand. */
  isSticky?: boolean;
}

export function Dialog({
  title,
  about,
  isOpen,
  onClose,
  children,
  footer,
  isWide = false,
  isSticky = false,
}: DialogProps) {
  const labels = useLabels();
  const stay = (event: Event): void => {
    if (isSticky) event.preventDefault();
  };
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        {/* Not Radix.Overlay: it locks scrolling by a style element, which our content security policy refuses. */}
        <div aria-hidden className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          onPointerDownOutside={stay}
          onEscapeKeyDown={stay}
          {...(about === undefined ? { "aria-describedby": undefined } : {})}
          className={cx(
            "fixed top-[12vh] left-1/2 z-40 flex max-h-[80vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-xl border border-line bg-raised shadow-pop outline-none",
            isWide ? "max-w-2xl" : "max-w-md",
          )}
        >
          <header className={cx("px-5 pt-4", !isSticky && "pr-12")}>
            <div>
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {about === undefined ? null : (
                <Radix.Description className="mt-1 text-sm text-muted">{about}</Radix.Description>
              )}
            </div>
          </header>
          <div data-scroller className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
            {children}
          </div>
          {footer === undefined ? null : (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
          {/* Last, so that the first field of the dialog gets the focus. */}
          {isSticky ? null : (
            <div className="absolute top-2.5 right-2.5">
              <IconButton hasTooltip={false} label={labels.close} icon={<X className="size-4" />} onClick={onClose} />
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface ConfirmProps {
  title: string;
  children: ReactNode;
  action: string;
  isOpen: boolean;
  onClose: () => void;
  /** Done before the dialog closes; if it rejects, the dialog stays and `error` may say why. */
  onConfirm: () => Promise<unknown>;
  error?: ReactNode;
}

/** Ask once more before something that cannot be undone. */
export function ConfirmDialog({ title, children, action, isOpen, onClose, onConfirm, error }: ConfirmProps) {
  const labels = useLabels();
  const [isBusy, setBusy] = useState(false);
  const confirm = (): void => {
    setBusy(true);
    onConfirm()
      .then(onClose, () => undefined)
      .finally(() => setBusy(false));
  };
  const footer = (
    <>
      <Button onClick={onClose}>{labels.cancel}</Button>
      <Button look="danger" isBusy={isBusy} onClick={confirm}>
        {action}
      </Button>
    </>
  );
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} footer={footer}>
      <div className="flex flex-col gap-3 text-muted">
        {children}
        {error}
      </div>
    </Dialog>
  );
}
