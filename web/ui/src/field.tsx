import { ChevronDown } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";
import { cx } from "./cx.ts";

const CONTROL =
  "h-8 w-full rounded-md border border-line-strong/60 bg-surface px-2.5 text-base text-ink placeholder:text-faint " +
  "hover:border-line-strong focus-visible:border-ring focus-visible:outline-offset-0 disabled:opacity-50 " +
  "aria-invalid:border-danger pointer-coarse:h-10";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={cx(CONTROL, className)} />;
}

/** Text of several lines; it grows with what is typed where the browser can do that. */
export function TextArea({ className, rows = 3, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      {...rest}
      rows={rows}
      className={cx(
        CONTROL,
        "field-sizing-content h-auto max-h-[50vh] min-h-16 resize-y py-1.5 pointer-coarse:h-auto",
        className,
      )}
    />
  );
}

export interface SelectProps<T extends string> extends Omit<ComponentProps<"select">, "onChange" | "value"> {
  value: T;
  options: readonly { value: T; label: string }[];
  onValue: (value: T) => void;
}

/** The system's own list: right on phones, with keyboards and for screen readers. */
export function Select<T extends string>({ value, options, onValue, className, ...rest }: SelectProps<T>) {
  return (
    <div className={cx("relative", className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onValue(chosen.value);
        }}
        className={cx(CONTROL, "appearance-none pr-8")}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-surface text-ink">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-muted"
      />
    </div>
  );
}

export interface FieldProps {
  label: string;
  /** A word beside the label. */
  aside?: ReactNode;
  help?: ReactNode;
  error?: string | undefined;
  /** The control; it gets the ids that tie it to label, help and error. */
  children: (ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

export function Field({ label, aside, help, error, children }: FieldProps) {
  const id = useId();
  const described = [help === undefined ? "" : `${id}-help`, error === undefined ? "" : `${id}-error`]
    .filter(Boolean)
    .join(" ");
  const ids = {
    id,
    ...(described === "" ? {} : { "aria-describedby": described }),
    ...(error === undefined ? {} : { "aria-invalid": true as const }),
  };
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {aside}
      </div>
      {children(ids)}
      {help === undefined ? null : (
        <div id={`${id}-help`} className="text-sm text-muted">
          {help}
        </div>
      )}
      {error === undefined ? null : (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
