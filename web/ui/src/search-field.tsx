import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx.ts";
import { Input } from "./field.tsx";

export interface SearchFieldProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  label: string;
  value: string;
  onValue: (value: string) => void;
}

/** Where one types what a list is to show. */
export function SearchField({ label, value, onValue, className, ...rest }: SearchFieldProps) {
  return (
    <div role="search" className={cx("relative", className)}>
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
      />
      <Input
        {...rest}
        type="search"
        aria-label={label}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onValue(event.target.value)}
        className="pl-8"
      />
    </div>
  );
}
