/** One wrong place of a value, as the API names it. */
export interface Wrong {
  /** A JSON pointer (RFC 6901) into the value. */
  pointer: string;
  message: string;
  code?: string;
}

export function childPointer(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The errors at a place or below it. */
export function errorsWithin(errors: readonly Wrong[], pointer: string): readonly Wrong[] {
  return errors.filter((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`));
}

/** The errors at a place or below it that none of these children shows. */
export function errorsApart(
  errors: readonly Wrong[],
  pointer: string,
  shown: readonly (string | number)[],
): readonly Wrong[] {
  const children = shown.map((key) => childPointer(pointer, key));
  return errorsWithin(errors, pointer).filter((error) =>
    children.every((child) => errorsWithin([error], child).length === 0),
  );
}

/** The errors whose place is as it was when they were found; one that is being mended is not wrong any more. */
export function stillWrong(errors: readonly Wrong[], found: unknown, now: unknown): readonly Wrong[] {
  return errors.filter((error) => at(found, error.pointer) === at(now, error.pointer));
}

/** What stands in a place of a value; undefined where nothing does. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      value,
    );
}
