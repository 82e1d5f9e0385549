/** A request as HTTP writes it: the line, the headers, an empty line, the body. */
export function requestText(request: Readonly<Record<string, unknown>>): string {
  const headers = Object.entries((request["headers"] ?? {}) as Record<string, unknown>);
  const head = [
    `${String(request["method"])} ${String(request["url"])}`,
    ...headers.map(([name, value]) => `${name}: ${String(value)}`),
  ];
  const { body } = request;
  return body === undefined ? head.join("\n") : [...head, "", bodyText(body)].join("\n");
}

function bodyText(body: unknown): string {
  if (typeof body !== "string") return JSON.stringify(body, null, 2);
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
