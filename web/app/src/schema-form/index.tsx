import { useMemo, useState } from "react";
import { Choice, Field } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { FormContext } from "./context.ts";
import type { Wrong } from "./errors.ts";
import { initialValue, shapeOf } from "./fields.ts";
import { JsonText } from "./json-text.tsx";
import { schemaForm } from "./messages.ts";
import { Members, Place } from "./place.tsx";
import { definitionsOf, isObject, type JsonObject } from "./schema.ts";
import { useSentence } from "./words.tsx";

export { stillWrong, type Wrong } from "./errors.ts";
export type { JsonObject } from "./schema.ts";

export interface SchemaFormProps {
  /** JSON Schema 2020-12 of an object, with the `$defs` that it refers to. */
  schema: JsonObject;
  /** What is filled in so far; begin with `emptyValue(schema)`. What is not given is absent. */
  value: JsonObject;
  onChange: (value: JsonObject) => void;
  /** Wrong places, shown where they are; of an `ApiError` its `errors`. */
  errors?: readonly Wrong[];
  /** Whether the value may be written as JSON too; not where it would show a secret. */
  hasJson?: boolean;
}

/**
 * A form made from a schema. It belongs into a `<form>` without `noValidate`, for the browser to hold back JSON that is
 * not whole. It checks nothing else: the server does, and numbers that it reads more exactly reach it as text.
 */
export function SchemaForm({ schema, value, onChange, errors = [], hasJson = true }: SchemaFormProps) {
  const t = useMessages(schemaForm);
  const [view, setView] = useState<"form" | "json">("form");
  const parts = useMemo(() => ({ definitions: definitionsOf(schema), errors }), [schema, errors]);
  return (
    <FormContext value={parts}>
      <div className="flex min-w-0 flex-col gap-4">
        {hasJson ? (
          <div>
            <Choice
              legend={t.view}
              value={view}
              onValue={setView}
              options={[
                { value: "form", label: t.asForm },
                { value: "json", label: t.asJson },
              ]}
            />
          </div>
        ) : null}
        {view === "json" ? (
          <WholeAsJson value={value} onChange={onChange} errors={errors} />
        ) : (
          <WholeAsForm schema={schema} value={value} onChange={onChange} />
        )}
      </div>
    </FormContext>
  );
}

/** The value to begin a form with. */
export function emptyValue(schema: JsonObject): JsonObject {
  const value = initialValue(schema, definitionsOf(schema));
  return isObject(value) ? value : {};
}

function WholeAsForm({ schema, value, onChange }: Pick<SchemaFormProps, "schema" | "value" | "onChange">) {
  const t = useMessages(schemaForm);
  const shape = shapeOf(schema, definitionsOf(schema));
  const change = (whole: unknown): void => onChange(isObject(whole) ? whole : {});
  return shape.kind === "object" ? (
    <Members members={shape.members} pointer="" depth={0} value={value} onChange={change} />
  ) : (
    <Place name={t.whole} schema={schema} pointer="" depth={0} isRequired value={value} onChange={change} />
  );
}

function WholeAsJson({ value, onChange, errors }: Required<Pick<SchemaFormProps, "value" | "onChange" | "errors">>) {
  const t = useMessages(schemaForm);
  const error = useSentence(errors.map((one) => ({ pointer: one.pointer, message: `${one.pointer} ${one.message}` })));
  const change = (whole: unknown): void => {
    // What is not an object yet is not passed on: the form keeps what was whole.
    if (whole === undefined || isObject(whole)) onChange(whole ?? {});
  };
  return (
    <Field label={t.jsonLabel} error={error}>
      {(ids) => <JsonText ids={ids} isTall value={value} onChange={change} />}
    </Field>
  );
}
