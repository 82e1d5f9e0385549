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
