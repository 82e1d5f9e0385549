import { idempotencyKey } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CornerDownRight } from "lucide-react";
import { useState } from "react";
import { queries } from "../../api.ts";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { CONVERSATIONS, createConversation } from "./api.ts";
import { Composer } from "./composer.tsx";
import { Bar } from "./header.tsx";
import { chat } from "./messages.ts";
import { ModelSelect } from "./model-select.tsx";
import { storeOf } from "./store.ts";

/** Where a conversation begins: with what is to be done. */
export function NewConversation() {
  const t = useMessages(chat);
  const navigate = useNavigate();
  // The same for a repetition, so that an answer that was lost on the way leaves no second conversation.
  const [key, setKey] = useState(idempotencyKey);
  const [model, setModel] = useState<string | null>(null);
  const creation = useMutation({
    mutationFn: async (text: string) => ({ text, conversation: await createConversation(key, model) }),
    onSuccess: async ({ text, conversation }) => {
      storeOf(conversation.id).say(text);
      await navigate({ to: "/chat/$conversationId", params: { conversationId: conversation.id } });
      void queries.invalidateQueries({ queryKey: CONVERSATIONS });
    },
  });
  return (
    <>
      <title>{`${t.title} · Madang`}</title>
      <div className="md:hidden">
        <Bar />
      </div>
      <div data-scroller className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex min-h-full w-full max-w-2xl flex-col justify-center gap-6 px-4 py-8">
          <div className="flex flex-col gap-1.5">
            <h1 className="text-2xl font-semibold tracking-tight">{t.newTitle}</h1>
            <p className="text-muted">{t.newAbout}</p>
          </div>
          {creation.isError ? <ProblemNotice error={creation.error} /> : null}
          <Composer name="new" said={[]} isBusy={creation.isPending} onSend={creation.mutateAsync}>
            <ModelSelect
              model={model}
              onModel={(chosen) => {
                setModel(chosen);
                setKey(idempotencyKey());
              }}
            />
          </Composer>
          <Examples onChoose={creation.mutate} />
        </div>
      </div>
    </>
  );
}

function Examples({ onChoose }: { onChoose: (text: string) => void }) {
  const t = useMessages(chat);
  return (
    <section aria-label={t.examples} className="flex flex-col gap-1">
      <h2 className="text-xs font-medium text-muted">{t.examples}</h2>
      <ul className="-mx-2 flex flex-col">
        {[t.examplePost, t.exampleList, t.exampleSearch].map((text) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => onChoose(text)}
              className="flex w-full items-start gap-2.5 rounded-md px-2 py-1.5 text-left text-sm text-muted hover:bg-hover hover:text-ink pointer-coarse:min-h-10"
            >
              <CornerDownRight aria-hidden className="mt-0.5 size-4 shrink-0" />
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
