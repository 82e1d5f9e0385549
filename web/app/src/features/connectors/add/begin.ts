import { take } from "@madang/sdk";
import { useNavigate } from "@tanstack/react-router";
import { madang, queries } from "../../../api.ts";
import { remember, type Draft, type ImportBody } from "./draft.ts";

/** Begin an import and go where it is watched. */
export function useBegin(): (body: ImportBody, draft?: Draft) => Promise<void> {
  const navigate = useNavigate();
  return async (body, draft) => {
    const job = await take(madang.POST("/api/imports", { body }));
    remember(job.id, { body, draft });
    await queries.invalidateQueries({ queryKey: ["imports", "under way"] });
    await navigate({ to: "/connectors/-/imports/$import", params: { import: job.id } });
  };
}
