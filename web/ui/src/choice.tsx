import { useId, type ReactNode } from "react";

export interface ChoiceProps<T extends string> {
  legend: string;
  value: T;
  options: readonly { value: T; label: string; icon?: ReactNode }[];
  onValue: (value: T) => void;
  disabled?: boolean;
}

/** A few options side by side, one of them chosen: radio buttons underneath. */
export function Choice<T extends string>({ legend, value, options, onValue, disabled = false }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset
      disabled={disabled}
      className="inline-flex max-w-full flex-wrap gap-0.5 rounded-lg border border-line bg-sunken p-0.5"
    >
      <legend className="sr-only">{legend}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="flex h-7 cursor-pointer items-center gap-1.5 rounded-md border border-transparent px-3 text-sm text-muted hover:text-ink has-checked:border-line has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-ring pointer-coarse:h-9"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
            className="sr-only"
          />
          {option.icon}
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
