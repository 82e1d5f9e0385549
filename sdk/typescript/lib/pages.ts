/** A part of a list, and the cursor of what follows. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly next: string | null;
}

/** Every item of a list, page after page, read as far as the caller goes. */
export async function* items<T>(load: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T, void> {
  let cursor: string | undefined;
  do {
    const page = await load(cursor);
    yield* page.data;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
