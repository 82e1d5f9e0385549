import type { JsonObject } from "./schema.ts";

/** A file as it stands in arguments: `{"$file": {name, media_type, data}}` with the bytes in base64. */
export async function readFile(file: File): Promise<JsonObject> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const media = file.type === "" ? {} : { media_type: file.type };
  return { $file: { name: file.name, ...media, data: base64(bytes) } };
}

const PIECE = 0x8000;

function base64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces: a call takes no millions of arguments.
  for (let from = 0; from < bytes.length; from += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(from, from + PIECE));
  }
  return btoa(binary);
}
