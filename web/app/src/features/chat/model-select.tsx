import { take } from "@madang/sdk";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Select, useToast } from "@madang/ui";
import { madang } from "../../api.ts";
import { useMessages } from "../../i18n/tables.ts";
import { CONVERSATIONS, changeConversation, getConversation } from "./api.ts";
import { chat } from "./messages.ts";

const OFFLINE = "offline";
const DEFAULT = "";

export interface ModelSelectProps {
  /** A model's id or `offline`; null is the default of the account. */
  model: string | null;
  onModel: (model: string | null) => void;
}

/** Who thinks: a model, or nobody. Nothing to choose from while there is no model. */
export function ModelSelect({ model, onModel }: ModelSelectProps) {
  const t = useMessages(chat);
  const models = useQuery({
    queryKey: ["models", "choice"],
    queryFn: ({ signal }) => take(madang.GET("/api/models", { signal })),
    staleTime: 60_000,
  });
  const known = models.data?.data ?? [];
  if (known.length === 0) return null;
  const standard = known.find((one) => one.is_default);
  const options = [
    { value: DEFAULT, label: standard === undefined ? t.modelOffline : t.modelDefault(standard.name) },
    ...known.filter((one) => one !== standard).map((one) => ({ value: one.id, label: one.name })),
    ...(standard === undefined ? [] : [{ value: OFFLINE, label: t.modelOffline }]),
  ];
  const chosen = model === null || model === standard?.id ? DEFAULT : model;
  return (
    <Select
      aria-label={t.model}
      value={chosen}
      options={options}
      onValue={(value) => onModel(value === DEFAULT ? null : value)}
      className="max-w-44 min-w-0"
    />
  );
}

/** The model of a conversation, for its next turns. */
export function ConversationModel({ id }: { id: string }) {
  const toast = useToast();
  const t = useMessages(chat);
  const conversation = useQuery({
    queryKey: [...CONVERSATIONS, "one", id],
    queryFn: ({ signal }) => getConversation(id, signal),
  });
  const change = useMutation({
    mutationFn: (model: string | null) => changeConversation(id, { model }),
    onError: () => toast({ tone: "danger", text: t.modelFailed }),
  });
  if (conversation.data === undefined) return null;
  const model = change.isPending ? change.variables : conversation.data.model;
  return <ModelSelect model={model} onModel={change.mutate} />;
}
