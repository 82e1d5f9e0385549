import { take, type Schemas } from "@madang/sdk";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Select, useToast } from "@madang/ui";
import { madang, queries } from "../../api.ts";
import { useMessages } from "../../i18n/tables.ts";
import { changeConversation, getConversation } from "./api.ts";
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
  const known = useModels();
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
      className="max-w-48 min-w-0"
    />
  );
}

/** The model of a conversation, for its next turns. `isThere`: the conversation is known to exist. */
export function ConversationModel({ id, isThere }: { id: string; isThere: boolean }) {
  const toast = useToast();
  const t = useMessages(chat);
  const hasModels = useModels().length > 0;
  const queryKey = ["conversation", id];
  const conversation = useQuery({
    queryKey,
    queryFn: ({ signal }) => getConversation(id, signal),
    enabled: hasModels && isThere,
  });
  const change = useMutation({
    mutationFn: (model: string | null) => changeConversation(id, { model }),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
    onError: () => toast({ tone: "danger", text: t.modelFailed }),
  });
  if (conversation.data === undefined) return null;
  const model = change.isPending ? change.variables : conversation.data.model;
  return <ModelSelect model={model} onModel={change.mutate} />;
}

function useModels(): readonly Schemas["ModelView"][] {
  const models = useQuery({
    queryKey: ["models", "choice"],
    queryFn: ({ signal }) => take(madang.GET("/api/models", { signal })),
    staleTime: 60_000,
  });
  return models.data?.data ?? [];
}
