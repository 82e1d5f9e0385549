const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };
const NEAR =
  /^(localhost|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\])$/;

/** The `host:port` of a URL on this machine or network, which is reached only if it is allowed. */
export function nearPair(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  if (!NEAR.test(hostname)) return undefined;
  return `${hostname}:${port === "" ? (PORTS[protocol] ?? "") : port}`;
}

/** The `host:port` pairs that were written, one on a line or with commas between them. */
export function pairsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((pair) => pair !== "");
}
