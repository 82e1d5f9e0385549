import * as Radix from "@radix-ui/react-dialog";
import { Search } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { cx } from "./cx.ts";
import { KeyHint } from "./key-hint.tsx";
import { useLabels } from "./labels.tsx";
import { matchScore } from "./matching.ts";

export interface Command {
  id: string;
  label: string;
  group: string;
  icon?: ReactNode;
  /** Further words by which it is found, as its name in another language. */
  words?: string;
  keys?: string;
  run: () => void;
}

export interface CommandPaletteProps {
  label: string;
  placeholder: string;
  commands: readonly Command[];
  isOpen: boolean;
  onClose: () => void;
}

/** Every command by its name, from the keyboard. */
export function CommandPalette({ label, placeholder, commands, isOpen, onClose }: CommandPaletteProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-40 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-raised shadow-pop outline-none"
        >
          <Radix.Title className="sr-only">{label}</Radix.Title>
          <Finder label={label} placeholder={placeholder} commands={commands} onClose={onClose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Finder({ label, placeholder, commands, onClose }: Omit<CommandPaletteProps, "isOpen">) {
  const labels = useLabels();
  const list = useId();
  const active = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => findCommands(commands, typed), [commands, typed]);
  useEffect(() => {
    // Braces: it returns a promise in some browsers, which React would take for a clean-up.
    active.current?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const press = (event: KeyboardEvent): void => {
    // An Enter that ends the composition of a Hangul syllable is not a choice.
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setAt((at + step + found.length) % found.length);
    else if (event.key === "Enter") run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Search aria-hidden className="size-4 shrink-0 text-muted" />
        <input
          role="combobox"
          aria-label={label}
          aria-expanded
          aria-controls={list}
          aria-activedescendant={found[at] === undefined ? undefined : `${list}-${found[at].id}`}
          placeholder={placeholder}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
          className="h-12 min-w-0 flex-1 bg-transparent text-lg outline-none placeholder:text-faint"
        />
      </div>
      <div id={list} role="listbox" aria-label={label} className="max-h-[50vh] overflow-y-auto p-1.5">
        {found.map((command, index) => (
          <Option
            key={command.id}
            id={`${list}-${command.id}`}
            ref={index === at ? active : undefined}
            command={command}
            isActive={index === at}
            isFirst={found[index - 1]?.group !== command.group && typed === ""}
            onHover={() => setAt(index)}
            onRun={() => run(command)}
          />
        ))}
      </div>
      {found.length === 0 ? <p className="px-4 pb-5 text-center text-sm text-muted">{labels.noResults}</p> : null}
    </>
  );
}

interface OptionProps {
  id: string;
  ref: React.Ref<HTMLDivElement> | undefined;
  command: Command;
  isActive: boolean;
  isFirst: boolean;
  onHover: () => void;
  onRun: () => void;
}

function Option({ id, ref, command, isActive, isFirst, onHover, onRun }: OptionProps) {
  return (
    <>
      {isFirst ? (
        <div role="presentation" className="px-2.5 pt-2 pb-1 text-xs text-muted">
          {command.group}
        </div>
      ) : null}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the input has focus and keys */}
      <div
        id={id}
        ref={ref}
        role="option"
        aria-selected={isActive}
        onPointerMove={onHover}
        onClick={onRun}
        className={cx(
          "flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm pointer-coarse:h-11",
          isActive && "bg-hover",
        )}
      >
        <span aria-hidden className="flex size-4 items-center justify-center text-muted">
          {command.icon}
        </span>
        <span className="min-w-0 flex-1 truncate">{command.label}</span>
        {command.keys === undefined ? null : <KeyHint keys={command.keys} />}
      </div>
    </>
  );
}

function findCommands(commands: readonly Command[], typed: string): readonly Command[] {
  if (typed.trim() === "") return commands;
  return commands
    .map((command) => ({ command, score: matchScore(`${command.label} ${command.words ?? ""}`, typed) }))
    .filter((one): one is { command: Command; score: number } => one.score !== undefined)
    .sort((one, other) => other.score - one.score)
    .map((one) => one.command);
}
