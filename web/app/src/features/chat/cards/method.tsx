/** The method and path of a call, as its API names them. */
export function Method({ method, path }: { method: string; path: string }) {
  return (
    <span className="font-mono text-xs wrap-anywhere text-muted">
      <span className="font-semibold">{method}</span> {path}
    </span>
  );
}
