import { ApiError, idempotencyKey, take, type Schemas } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Button, CopyButton, Dialog, Field, Input, Select, useLabels } from "@madang/ui";
import { madang, queries } from "../../api.ts";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { KEYS } from "./api-keys.tsx";
import { account } from "./messages.ts";

type Expiry = "30" | "90" | "365" | "never";

/** What was sent, to be sent again as it was: an answer that was lost on the way leaves no second API key. */
interface Attempt {
  name: string;
  expiry: Expiry;
  key: string;
  body: Schemas["ApiKeyBody"];
}

/** Ask for a name, then show the key, this once. */
export function NewKeyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [secret, setSecret] = useState<string | undefined>(undefined);
  const close = (): void => {
    setSecret(undefined);
    onClose();
  };
  if (secret !== undefined) return <SecretDialog secret={secret} onClose={close} />;
  return isOpen ? <FormDialog onSecret={setSecret} onClose={close} /> : null;
}

function FormDialog({ onSecret, onClose }: { onSecret: (secret: string) => void; onClose: () => void }) {
  const t = useMessages(account);
  const labels = useLabels();
  const [name, setName] = useState("");
  const [expiry, setExpiry] = useState<Expiry>("90");
  const [isMissing, setMissing] = useState(false);
  const [last, setLast] = useState<Attempt | undefined>(undefined);
  const creation = useMutation({
    mutationFn: ({ key, body }: Attempt) =>
      take(madang.POST("/api/api-keys", { body, params: { header: { "Idempotency-Key": key } } })),
    onSuccess: async (key) => {
      onSecret(key.secret);
      await queries.invalidateQueries({ queryKey: KEYS });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (name.trim() === "") {
      setMissing(true);
      return;
    }
    const attempt = last?.name === name && last.expiry === expiry ? last : newAttempt(name, expiry);
    setLast(attempt);
    creation.mutate(attempt);
  };
  const wrong =
    creation.error instanceof ApiError ? creation.error.errors.find((one) => one.pointer === "/name") : undefined;
  return (
    <Dialog
      title={t.keyCreate}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{labels.cancel}</Button>
          <Button look="primary" type="submit" form="new-key" isBusy={creation.isPending}>
            {t.keyCreate}
          </Button>
        </>
      }
    >
      <form id="new-key" onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t.keyName} help={t.keyNameHelp} error={isMissing ? t.keyNameMissing : wrong?.message}>
          {(ids) => (
            <Input
              {...ids}
              value={name}
              maxLength={100}
              autoComplete="off"
              placeholder={t.keyNamePlaceholder}
              onChange={(event) => {
                setName(event.target.value);
                setMissing(false);
              }}
            />
          )}
        </Field>
        <Field label={t.keyExpiry}>
          {(ids) => (
            <Select<Expiry>
              {...ids}
              value={expiry}
              onValue={setExpiry}
              options={[
                { value: "30", label: t.keyExpiry30 },
                { value: "90", label: t.keyExpiry90 },
                { value: "365", label: t.keyExpiry365 },
                { value: "never", label: t.keyExpiryNever },
              ]}
            />
          )}
        </Field>
        {creation.isError && wrong === undefined ? <ProblemNotice error={creation.error} /> : null}
      </form>
    </Dialog>
  );
}

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useMessages(account);
  return (
    <Dialog
      title={t.keyDoneTitle}
      about={t.keyDoneAbout}
      isOpen
      isSticky
      onClose={onClose}
      footer={
        <>
          <CopyButton text={secret} label={t.keyCopy} withText />
          <Button look="primary" onClick={onClose}>
            {t.keyDone}
          </Button>
        </>
      }
    >
      <Field label={t.keySecret}>
        {(ids) => (
          <Input {...ids} readOnly value={secret} onFocus={(event) => event.target.select()} className="font-mono" />
        )}
      </Field>
    </Dialog>
  );
}

function newAttempt(name: string, expiry: Expiry): Attempt {
  return { name, expiry, key: idempotencyKey(), body: { name: name.trim(), expires_at: expiresAt(expiry) } };
}

function expiresAt(expiry: Expiry): string | null {
  return expiry === "never" ? null : new Date(Date.now() + Number(expiry) * 24 * 60 * 60 * 1000).toISOString();
}
