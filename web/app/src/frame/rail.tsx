import { Link } from "@tanstack/react-router";
import { Tooltip, cx } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { AccountMenu } from "./account-menu.tsx";
import { Brand } from "./brand.tsx";
import { frame } from "./messages.ts";
import { PLACES, type Place } from "./navigation.ts";

export interface RailProps {
  isShort?: boolean;
  /** Called when a link was followed, for a drawer to close. */
  onFollow?: () => void;
}

/** The places of the house, and who is in it. */
export function Rail({ isShort = false, onFollow }: RailProps) {
  const t = useMessages(frame);
  const entries = (places: readonly Place[]) =>
    places.map((place) => <Entry key={place.to} place={place} isShort={isShort} onFollow={onFollow} />);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className={cx("flex h-13 items-center", isShort ? "justify-center" : "px-4")}>
        <Link to="/" onClick={onFollow} className="rounded-md">
          <Brand isShort={isShort} />
        </Link>
      </div>
      <nav aria-label={t.navigation} className="flex min-h-0 flex-1 flex-col px-2 pt-1 pb-2">
        <ul className="flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto">
          {entries(PLACES.filter((place) => place.isAtEnd !== true))}
        </ul>
        <ul className="flex flex-col gap-0.5 pt-2">{entries(PLACES.filter((place) => place.isAtEnd === true))}</ul>
      </nav>
      <div className="border-t border-line p-2">
        <AccountMenu isShort={isShort} />
      </div>
    </div>
  );
}

function Entry({ place, isShort, onFollow }: { place: Place; isShort: boolean; onFollow: (() => void) | undefined }) {
  const t = useMessages(frame);
  const Icon = place.icon;
  const link = (
    <Link
      to={place.to}
      onClick={onFollow}
      aria-label={isShort ? t[place.name] : undefined}
      activeOptions={{ exact: place.to === "/" }}
      activeProps={{ className: "bg-hover font-medium text-ink", "aria-current": "page" }}
      inactiveProps={{ className: "text-muted hover:bg-hover hover:text-ink" }}
      className={cx(
        "flex h-8 items-center gap-2.5 rounded-md text-sm pointer-coarse:h-10",
        isShort ? "justify-center" : "px-2.5",
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      {isShort ? null : t[place.name]}
    </Link>
  );
  return <li>{isShort ? <Tooltip text={t[place.name]}>{link}</Tooltip> : link}</li>;
}
