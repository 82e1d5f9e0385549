import { take } from "@madang/sdk";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useToast } from "@madang/ui";
import { madang, queries } from "../../api.ts";
import { setAppearance, useAppearance, type Appearance } from "../../appearance.ts";
import { useMessages } from "../../i18n/tables.ts";
import { account } from "./messages.ts";

const KEY = ["preferences"] as const;

/** Take over what the server knows that the user chose, perhaps in another browser. */
export function useSyncedAppearance(isSignedIn: boolean): void {
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => take(madang.GET("/api/preferences", { signal })),
    enabled: isSignedIn,
  });
  useEffect(() => {
    if (data !== undefined) setAppearance(data);
  }, [data]);
}

/** What is chosen, and a way to choose that shows at once and is taken back if the server refuses. */
export function usePreferences(): { chosen: Appearance; choose: (change: Partial<Appearance>) => void } {
  const chosen = useAppearance();
  const toast = useToast();
  const t = useMessages(account);
  const { mutate } = useMutation({
    mutationKey: KEY,
    // One after the other, so that the last choice is the last that the server hears.
    scope: { id: "preferences" },
    mutationFn: (change: Partial<Appearance>) => take(madang.PATCH("/api/preferences", { body: change })),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey: KEY });
      const before = chosen;
      queries.setQueryData(KEY, { ...before, ...change });
      setAppearance(change);
      return before;
    },
    onError: (_error, _change, before) => {
      if (before === undefined) return;
      queries.setQueryData(KEY, before);
      setAppearance(before);
      toast({ tone: "danger", text: t.preferencesFailed });
    },
    onSuccess: (saved) => {
      // While a later choice is on its way, the answer to this one would undo it on the page.
      if (queries.isMutating({ mutationKey: KEY }) === 1) queries.setQueryData(KEY, saved);
    },
  });
  return { chosen, choose: mutate };
}
