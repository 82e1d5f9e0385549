/** The `host:port` pairs that were written, one on a line or with commas between them. */
export function hostsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((host) => host !== "");
}

/** The pair that the message of a refused import offers to allow. */
export function refusedHost(detail: string): string | undefined {
  return /`--allow-host ([^`\s]+)`/.exec(detail)?.[1];
}
