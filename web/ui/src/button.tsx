import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { Spinner } from "./progress.tsx";
import { Tooltip } from "./tooltip.tsx";

export type ButtonLook = "primary" | "secondary" | "ghost" | "danger";

const LOOKS: Record<ButtonLook, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line bg-surface text-ink hover:bg-hover",
  ghost: "text-muted hover:bg-hover hover:text-ink",
  danger: "bg-danger text-on-danger hover:opacity-90",
};

const BASE =
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors " +
  "disabled:pointer-events-none disabled:opacity-50";

export interface ButtonProps extends ComponentProps<"button"> {
  look?: ButtonLook;
  size?: "sm" | "md";
  icon?: ReactNode;
  isBusy?: boolean;
}

/** How a button looks, for a link that is one. */
export function buttonClass(look: ButtonLook, size: "sm" | "md", className?: string): string {
  const measure = size === "sm" ? "h-7 px-2.5 text-sm pointer-coarse:h-9" : "h-8 px-3 text-sm pointer-coarse:h-10";
  return cx(BASE, LOOKS[look], measure, className);
}

export function Button({ look = "secondary", size = "md", icon, isBusy = false, ...rest }: ButtonProps) {
  const { className, children, disabled, type = "button", ...others } = rest;
  return (
    <button
      {...others}
      type={type}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
      className={buttonClass(look, size, className)}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  /** What it does: the accessible name and the tooltip. */
  label: string;
  icon: ReactNode;
  look?: ButtonLook;
  keys?: string;
  /** In a dialog the tooltip of the close button would take the Escape that is meant for the dialog. */
  hasTooltip?: boolean;
}

export function IconButton({
  label,
  icon,
  look = "ghost",
  keys,
  hasTooltip = true,
  className,
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      type="button"
      {...rest}
      aria-label={label}
      className={cx(BASE, LOOKS[look], "size-8 pointer-coarse:size-10", className)}
    >
      {icon}
    </button>
  );
  if (!hasTooltip) return button;
  return (
    <Tooltip text={label} keys={keys}>
      {button}
    </Tooltip>
  );
}
