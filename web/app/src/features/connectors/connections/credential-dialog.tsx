import { take } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SubmitEvent } from "react";
import { Button, Choice, Dialog, Field, Input, useLabels, useToast } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { CONNECTIONS, type Connection } from "../queries.ts";
import { credentialBody, waysOf, type CredentialField, type Values, type Way } from "./credential-fields.ts";
import type { Credential } from "./credentials.tsx";
import { connectionWords } from "./messages.ts";

export interface CredentialDialogProps {
  connection: Connection;
  credential: Credential;
  onClose: () => void;
}

/** Ask for a credential and hand it over. What was typed is gone with the dialog. */
export function CredentialDialog({ connection, credential, onClose }: CredentialDialogProps) {
  const t = useMessages(connectionWords);
  const labels = useLabels();
  const toast = useToast();
  const form = useId();
  const ways = waysOf(credential.kind);
  const [way, setWay] = useState(ways[0]);
  const [values, setValues] = useState<Values>({});
  const [isChecked, setChecked] = useState(false);
  const path = { connection_id: connection.id, scheme: credential.scheme };
  const saving = useMutation({
    mutationFn: (chosen: Way) => {
      const body = credentialBody(chosen, values);
      return take(madang.PUT("/api/connections/{connection_id}/credentials/{scheme}", { body, params: { path } }));
    },
    onSuccess: async () => {
      toast({ text: t.credentialSaved(credential.scheme) });
      await queries.invalidateQueries({ queryKey: CONNECTIONS });
      onClose();
    },
  });
  if (way === undefined) return null;
  const isMissing = (field: CredentialField): boolean => !field.isOptional && (values[field.name] ?? "") === "";
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (!way.fields.some(isMissing)) saving.mutate(way);
  };
  return (
    <Dialog
      title={credential.is_set ? t.replaceNamed(credential.scheme) : t.setNamed(credential.scheme)}
      about={t.secretAbout}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{labels.cancel}</Button>
          <Button look="primary" type="submit" form={form} isBusy={saving.isPending}>
            {t.save}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {ways.length > 1 ? (
          <div>
            <Choice
              legend={t.oauthWay}
              value={way.id}
              onValue={(id) => setWay(ways.find((one) => one.id === id))}
              options={ways.map((one) => ({
                value: one.id,
                label: one.id === "client" ? t.oauthClient : t.oauthToken,
              }))}
            />
          </div>
        ) : null}
        {way.fields.map((field) => (
          <CredentialInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ""}
            isWrong={isChecked && isMissing(field)}
            onValue={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {saving.isError ? <ProblemNotice error={saving.error} /> : null}
      </form>
    </Dialog>
  );
}

interface CredentialInputProps {
  field: CredentialField;
  value: string;
  isWrong: boolean;
  onValue: (value: string) => void;
}

function CredentialInput({ field, value, isWrong, onValue }: CredentialInputProps) {
  const t = useMessages(connectionWords);
  const help = { tokenUrl: t.tokenUrlHelp, scopes: t.scopesHelp }[field.name as "tokenUrl" | "scopes"] as
    string | undefined;
  return (
    <Field label={t[field.name]} help={help} error={isWrong ? t.fieldMissing : undefined}>
      {(ids) => (
        <Input
          {...ids}
          type={field.isSecret ? "password" : "text"}
          value={value}
          autoComplete={field.isSecret ? "new-password" : "off"}
          spellCheck={false}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}
