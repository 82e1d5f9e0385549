import type { Schemas } from "@madang/sdk";
import { queries } from "../../../api.ts";
import { hostsOf } from "./hosts.ts";

export type ImportBody = Schemas["ImportBody"];
export type SourceKind = "url" | "file" | "text" | "mcp";

/** What is written on the page where a connector is added. */
export interface Draft {
  kind: SourceKind;
  url: string;
  endpoint: string;
  file: File | undefined;
  text: string;
  name: string;
  server: string;
  sourceUrl: string;
  hosts: string;
  otherOrigins: boolean;
}

export const EMPTY: Draft = {
  kind: "url",
  url: "",
  endpoint: "",
  file: undefined,
  text: "",
  name: "",
  server: "",
  sourceUrl: "",
  hosts: "",
  otherOrigins: false,
};

/** The field that has to be filled in before anything can be sent. */
export function missingOf(draft: Draft): SourceKind | undefined {
  const isThere = {
    url: draft.url.trim() !== "",
    file: draft.file !== undefined,
    text: draft.text.trim() !== "",
    mcp: draft.endpoint.trim() !== "",
  };
  return isThere[draft.kind] ? undefined : draft.kind;
}

/** What an import of something that is no document leaves as it is. */
const NO_DOCUMENT = { other_origins: false, keeps_overlay: true } as const;

/** The request for a draft; `document` is the id of what was uploaded. */
export function bodyOf(draft: Draft, document: string | undefined): ImportBody {
  const given = (text: string): string | null => text.trim() || null;
  const common = { name: given(draft.name), label: "default", allowed_hosts: hostsOf(draft.hosts) };
  if (draft.kind === "mcp") return { ...common, kind: "mcp", url: draft.endpoint.trim(), ...NO_DOCUMENT };
  return {
    ...common,
    ...NO_DOCUMENT,
    kind: "openapi",
    url: draft.kind === "url" ? draft.url.trim() : null,
    document: document ?? null,
    source_url: draft.kind === "url" ? null : given(draft.sourceUrl),
    server: given(draft.server),
    other_origins: draft.otherOrigins,
  };
}

/** What an import of this visit was begun with, so that a failed one can be changed and begun again. */
interface Begun {
  body: ImportBody;
  draft: Draft | undefined;
}

const key = (id: string): readonly string[] => ["imports", "begun", id];

export function remember(id: string, begun: Begun): void {
  queries.setQueryDefaults(key(id), { gcTime: Infinity });
  queries.setQueryData(key(id), begun);
}

export function recall(id: string): Begun | undefined {
  return queries.getQueryData<Begun>(key(id));
}
