import { createContext, use } from "react";
import type { Wrong } from "./errors.ts";
import type { JsonObject } from "./schema.ts";

export interface FormParts {
  definitions: JsonObject;
  errors: readonly Wrong[];
}

export const FormContext = createContext<FormParts>({ definitions: {}, errors: [] });

/** What all places of one form share. */
export function useForm(): FormParts {
  return use(FormContext);
}
