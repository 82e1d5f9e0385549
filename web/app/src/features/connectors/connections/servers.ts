/** A server of a document, perhaps with variables in its URL. */
export interface DocumentServer {
  url: string;
  description: string;
  variables: readonly ServerVariable[];
}

export interface ServerVariable {
  name: string;
  usual: string;
  allowed: readonly string[];
  description: string;
}

type Loose = Readonly<Record<string, unknown>>;

/** The servers as the API shows them, made certain of. */
export function serversOf(servers: readonly Loose[]): readonly DocumentServer[] {
  return servers.map((server) => ({
    url: textOf(server["url"]),
    description: textOf(server["description"]),
    variables: Object.entries((server["variables"] ?? {}) as Record<string, Loose>).map(([name, variable]) => ({
      name,
      usual: textOf(variable["default"]),
      allowed: Array.isArray(variable["enum"]) ? variable["enum"].map(String) : [],
      description: textOf(variable["description"]),
    })),
  }));
}

/** The URL with its variables filled in; one without a value is at its default. */
export function filledUrl(server: DocumentServer, values: Readonly<Record<string, string>>): string {
  return server.variables.reduce(
    (url, variable) => url.replaceAll(`{${variable.name}}`, values[variable.name] || variable.usual),
    server.url,
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
