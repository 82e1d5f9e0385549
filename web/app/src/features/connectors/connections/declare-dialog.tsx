import { take, type Schemas } from "@madang/sdk";
import { useMutation } from "@tanstack/react-query";
import { useId, useState, type SubmitEvent } from "react";
import { Button, Dialog, Field, Input, Select, useLabels, useToast } from "@madang/ui";
import { madang, queries } from "../../../api.ts";
import { useMessages } from "../../../i18n/tables.ts";
import { ProblemNotice } from "../../../problem.tsx";
import { CONNECTIONS, ifMatch, type Connection } from "../queries.ts";
import { connectionWords } from "./messages.ts";

type Scheme = Schemas["SchemeBody"];
type Location = NonNullable<Scheme["location"]>;

/** A security scheme of the connection's own, for a document that declares none. */
export function DeclareDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const t = useMessages(connectionWords);
  const labels = useLabels();
  const form = useId();
  const [kind, setKind] = useState<Scheme["kind"]>("bearer");
  const [location, setLocation] = useState<Location>("header");
  const [parameter, setParameter] = useState("");
  const [isMissing, setMissing] = useState(false);
  const saving = useSchemes(connection);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const isWrong = kind === "apiKey" && parameter.trim() === "";
    setMissing(isWrong);
    if (isWrong) return;
    const scheme = schemeOf(kind, location, parameter.trim(), connection);
    const message = t.declared(scheme.name);
    saving.mutate({ schemes: [...ownSchemes(connection), scheme], message }, { onSuccess: onClose });
  };
  return (
    <Dialog
      title={t.declareTitle}
      about={t.declareAbout}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{labels.cancel}</Button>
          <Button look="primary" type="submit" form={form} isBusy={saving.isPending}>
            {t.declare}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t.declareKind}>
          {(ids) => (
            <Select
              {...ids}
              value={kind}
              onValue={setKind}
              options={[
                { value: "bearer", label: t.declareBearer },
                { value: "apiKey", label: t.declareKey },
                { value: "basic", label: t.declareBasic },
              ]}
            />
          )}
        </Field>
        {kind === "apiKey" ? (
          <>
            <Field label={t.declareLocation}>
              {(ids) => (
                <Select
                  {...ids}
                  value={location}
                  onValue={setLocation}
                  options={[
                    { value: "header", label: t.declareHeader },
                    { value: "query", label: t.declareQuery },
                    { value: "cookie", label: t.declareCookie },
                  ]}
                />
              )}
            </Field>
            <Field label={t.declareParameter} error={isMissing ? t.fieldMissing : undefined}>
              {(ids) => (
                <Input
                  {...ids}
                  value={parameter}
                  placeholder="X-Api-Key"
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => setParameter(event.target.value)}
                />
              )}
            </Field>
          </>
        ) : null}
        {saving.isError ? <ProblemNotice error={saving.error} /> : null}
      </form>
    </Dialog>
  );
}

/** A scheme of the connection's own that has no credential can go again. */
export function Undeclare({ connection, scheme }: { connection: Connection; scheme: string }) {
  const t = useMessages(connectionWords);
  const toast = useToast();
  const saving = useSchemes(connection);
  const fail = (error: Error): void => toast({ tone: "danger", text: error.message });
  const schemes = ownSchemes(connection).filter((one) => one.name !== scheme);
  return (
    <Button
      size="sm"
      look="ghost"
      aria-label={t.undeclareNamed(scheme)}
      isBusy={saving.isPending}
      onClick={() => saving.mutate({ schemes, message: t.undeclared(scheme) }, { onError: fail })}
    >
      {t.undeclare}
    </Button>
  );
}

interface Change {
  schemes: Scheme[];
  message: string;
}

function useSchemes(connection: Connection) {
  const toast = useToast();
  return useMutation({
    mutationFn: ({ schemes }: Change) => {
      const params = { path: { connection_id: connection.id }, header: ifMatch(connection) };
      return take(madang.PATCH("/api/connections/{connection_id}", { body: { security_schemes: schemes }, params }));
    },
    onSuccess: async (_changed, { message }) => {
      toast({ text: message });
      await queries.invalidateQueries({ queryKey: CONNECTIONS });
    },
  });
}

/** The schemes as a change takes them. */
function ownSchemes(connection: Connection): Scheme[] {
  return connection.security_schemes.map(({ name, kind, location, parameter }) => ({
    name,
    kind: kind as Scheme["kind"],
    location: location as Location | null,
    parameter,
  }));
}

function schemeOf(kind: Scheme["kind"], location: Location, parameter: string, connection: Connection): Scheme {
  const taken = new Set((connection.credentials ?? []).map((credential) => credential.scheme));
  const names = [kind, ...Array.from({ length: 10 }, (_, index) => `${kind}_${String(index + 2)}`)];
  const name = names.find((one) => !taken.has(one)) ?? kind;
  return kind === "apiKey" ? { name, kind, location, parameter } : { name, kind };
}
