import { useState, type ChangeEvent } from "react";
import { Field, Input, Select, TextArea } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { errorsWithin } from "./errors.ts";
import { emptied, numberOf, type Shape } from "./fields.ts";
import { readFile } from "./files.ts";
import { useForm } from "./context.ts";
import { schemaForm } from "./messages.ts";
import { JsonText } from "./json-text.tsx";
import { Aside, useHelp, useSentence } from "./words.tsx";
import { isObject } from "./schema.ts";

export interface ControlProps {
  label: string;
  shape: Shape;
  pointer: string;
  isRequired: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

type Ids = Parameters<React.ComponentProps<typeof Field>["children"]>[0];

/** A place with one control: text, number, choice, file or JSON. */
export function Control(props: ControlProps) {
  const { label, shape, pointer, isRequired } = props;
  const help = useHelp(shape);
  const { errors } = useForm();
  const error = useSentence(errorsWithin(errors, pointer));
  return (
    <Field
      label={label}
      aside={<Aside isRequired={isRequired} isJson={shape.kind === "json"} />}
      help={help}
      error={error}
    >
      {(ids) => <Inner {...props} ids={ids} />}
    </Field>
  );
}

function Inner(props: ControlProps & { ids: Ids }) {
  const { shape, ids, value, onChange } = props;
  switch (shape.kind) {
    case "choice":
      return <Options {...props} options={shape.options} />;
    case "boolean":
      return <Options {...props} options={[true, false]} />;
    case "file":
      return <FileInput {...props} />;
    case "text":
    case "secret":
    case "number":
      return <Text {...props} />;
    default:
      return <JsonText ids={ids} value={value} onChange={onChange} />;
  }
}

function Text({ shape, isRequired, ids, value, onChange }: ControlProps & { ids: Ids }) {
  const t = useMessages(schemaForm);
  const text = typedText(value);
  const change = (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>): void => {
    const typed = event.target.value;
    if (typed === "") onChange(emptied(shape, isRequired));
    else onChange(shape.kind === "number" ? numberOf(typed) : typed);
  };
  const isSecret = shape.kind === "secret";
  const common = {
    ...ids,
    value: text,
    onChange: change,
    autoComplete: isSecret ? "new-password" : "off",
    spellCheck: false,
    placeholder: shape.example === undefined || isSecret ? undefined : t.example(shape.example),
  };
  if (shape.kind === "text" && shape.isLong) return <TextArea {...common} spellCheck />;
  if (shape.kind === "number") return <Input {...common} inputMode={shape.isInteger ? "numeric" : "decimal"} />;
  return <Input {...common} type={isSecret ? "password" : shape.kind === "text" ? shape.input : "text"} />;
}

function typedText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Options({
  shape,
  isRequired,
  ids,
  value,
  onChange,
  options,
}: ControlProps & { ids: Ids; options: readonly unknown[] }) {
  const t = useMessages(schemaForm);
  const usual = shape.defaultText;
  const none = isRequired ? t.choose : usual === undefined ? t.notGiven : t.notGivenDefault(usual);
  const labelled = options.map((option) => ({ value: JSON.stringify(option), label: word(option, t) }));
  // A value that is no option, as one from the JSON view, is shown rather than silently another.
  const given = value === undefined || value === null ? "" : JSON.stringify(value);
  const isForeign = given !== "" && !labelled.some((option) => option.value === given);
  return (
    <Select
      {...ids}
      value={given}
      onValue={(chosen) => onChange(chosen === "" ? emptied(shape, isRequired) : JSON.parse(chosen))}
      options={[{ value: "", label: none }, ...labelled, ...(isForeign ? [{ value: given, label: given }] : [])]}
    />
  );
}

function word(option: unknown, t: { yes: string; no: string }): string {
  if (typeof option === "boolean") return option ? t.yes : t.no;
  return typeof option === "string" ? option : JSON.stringify(option);
}

const FILE_BYTES = 20_000_000;

function FileInput({ ids, value, onChange }: ControlProps & { ids: Ids }) {
  const t = useMessages(schemaForm);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const choose = async (file: File | undefined): Promise<void> => {
    const isTaken = file !== undefined && file.size <= FILE_BYTES;
    if (file !== undefined) setChosen(isTaken ? t.fileChosen(file.name, file.size) : t.fileTooLarge);
    onChange(isTaken ? await readFile(file) : undefined);
  };
  return (
    <div className="flex flex-col gap-1">
      <input
        {...ids}
        type="file"
        onChange={(event) => void choose(event.target.files?.[0])}
        className="text-sm text-muted file:mr-3 file:h-8 file:rounded-md file:border file:border-line file:bg-surface file:px-3 file:text-sm file:text-ink"
      />
      {isObject(value) || chosen === t.fileTooLarge ? <span className="text-xs text-muted">{chosen}</span> : null}
    </div>
  );
}
