import type { Schemas } from "@madang/sdk";

export type CredentialBody = Schemas["CredentialBody"];

/** A field of a credential. */
export interface CredentialField {
  name: "value" | "username" | "password" | "token" | "clientId" | "clientSecret" | "tokenUrl" | "scopes";
  isSecret: boolean;
  isOptional: boolean;
}

export interface Way {
  id: "client" | "token" | "only";
  fields: readonly CredentialField[];
}

const secret = (name: CredentialField["name"]): CredentialField => ({ name, isSecret: true, isOptional: false });
const plain = (name: CredentialField["name"], isOptional = false): CredentialField => ({
  name,
  isSecret: false,
  isOptional,
});

const WAYS: Readonly<Record<string, readonly Way[]>> = {
  apiKey: [{ id: "only", fields: [secret("value")] }],
  basic: [{ id: "only", fields: [plain("username"), secret("password")] }],
  bearer: [{ id: "only", fields: [secret("token")] }],
  oauth2: [
    {
      id: "client",
      fields: [plain("clientId"), secret("clientSecret"), plain("tokenUrl", true), plain("scopes", true)],
    },
    { id: "token", fields: [secret("token")] },
  ],
  openIdConnect: [{ id: "only", fields: [secret("token")] }],
};

/** The ways to give a credential of a kind of scheme; none for a kind that is not supported. */
export function waysOf(kind: string): readonly Way[] {
  return WAYS[kind] ?? [];
}

export type Values = Partial<Record<CredentialField["name"], string>>;

/** The request that sets a credential. A secret goes as it was typed, spaces and all. */
export function credentialBody(way: Way, values: Values): CredentialBody {
  const given = (name: CredentialField["name"]): string | null =>
    way.fields.some((field) => field.name === name) ? values[name] || null : null;
  const scopes =
    given("scopes")
      ?.split(/\s+/)
      .filter((scope) => scope !== "") ?? null;
  return {
    value: given("value"),
    username: given("username"),
    password: given("password"),
    token: given("token"),
    client_id: given("clientId"),
    client_secret: given("clientSecret"),
    token_url: given("tokenUrl"),
    scopes,
  };
}
