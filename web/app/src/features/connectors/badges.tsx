import { Badge, Tooltip, cx, type Tone } from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { connectors } from "./messages.ts";
import { isIndexing, type Connector, type Effect } from "./queries.ts";

const TONES: Record<Effect, Tone> = {
  safe: "good",
  idempotent: "info",
  keyed: "info",
  checkable: "info",
  unsafe: "warning",
};

/** The words for an effect class: its name, and what it means. */
export function useEffectWords(): Record<Effect, readonly [name: string, about: string]> {
  const t = useMessages(connectors);
  return {
    safe: [t.effectSafe, t.effectSafeAbout],
    idempotent: [t.effectIdempotent, t.effectIdempotentAbout],
    keyed: [t.effectKeyed, t.effectKeyedAbout],
    checkable: [t.effectCheckable, t.effectCheckableAbout],
    unsafe: [t.effectUnsafe, t.effectUnsafeAbout],
  };
}

export function EffectBadge({ effect }: { effect: Effect }) {
  const [name, about] = useEffectWords()[effect];
  return (
    <Tooltip text={about}>
      <span>
        <Badge tone={TONES[effect]}>{name}</Badge>
      </span>
    </Tooltip>
  );
}

/** The method and path of a request. */
export function RequestLine({ method, path, isCut = false }: { method: string; path: string; isCut?: boolean }) {
  return (
    <span
      className={cx("flex min-w-0 items-baseline gap-2 font-mono text-xs", !isCut && "flex-wrap")}
      title={`${method} ${path}`}
    >
      <span className="w-13 shrink-0 font-semibold text-muted">{method}</span>
      <span className={cx("min-w-0 text-muted", isCut ? "truncate" : "wrap-anywhere")}>{path}</span>
    </span>
  );
}

/** Whether a connector can be used, and how far it is on the way there. */
export function StateBadge({ connector }: { connector: Connector }) {
  const t = useMessages(connectors);
  if (connector.current_version === null) return <Badge>{t.stateEmpty}</Badge>;
  if (!isIndexing(connector)) return <Badge tone="good">{t.stateReady}</Badge>;
  const percent = Math.floor((100 * connector.indexed) / connector.functions);
  return (
    <Tooltip text={t.stateIndexingAbout}>
      <span>
        <Badge tone="info">{t.stateIndexing(percent)}</Badge>
      </span>
    </Tooltip>
  );
}
