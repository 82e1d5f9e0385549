import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useMessages } from "../../../i18n/tables.ts";
import { useConnector } from "../queries.ts";
import { connectionWords } from "./messages.ts";

export function BackLink() {
  const t = useMessages(connectionWords);
  const { name } = useConnector();
  return (
    <div>
      <Link
        to="/connectors/$connector/connections"
        params={{ connector: name }}
        className="inline-flex items-center gap-1.5 text-sm text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {t.back}
      </Link>
    </div>
  );
}
