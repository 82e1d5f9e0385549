import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import {
  Button,
  ConfirmDialog,
  Dialog,
  Field,
  IconButton,
  Input,
  Menu,
  MenuItem,
  useLabels,
  useToast,
} from "@madang/ui";
import { useMessages } from "../../i18n/tables.ts";
import { ProblemNotice } from "../../problem.tsx";
import { changeConversation, deleteConversation } from "./api.ts";
import { chat } from "./messages.ts";
import { dropStore } from "./store.ts";

export interface ActionsProps {
  id: string;
  title: string;
  onDeleted?: (() => void) | undefined;
}

/** Rename and delete. */
export function ConversationMenu({ id, title, onDeleted }: ActionsProps) {
  const t = useMessages(chat);
  const [opened, setOpened] = useState<"rename" | "delete" | undefined>(undefined);
  const close = (): void => setOpened(undefined);
  return (
    <>
      <Menu trigger={<IconButton hasTooltip={false} label={t.actions(title)} icon={<Ellipsis className="size-4" />} />}>
        <MenuItem icon={<Pencil className="size-4" />} onSelect={() => setOpened("rename")}>
          {t.rename}
        </MenuItem>
        <MenuItem icon={<Trash2 className="size-4" />} onSelect={() => setOpened("delete")}>
          {t.delete}
        </MenuItem>
      </Menu>
      {opened === "rename" ? <RenameDialog id={id} title={title} onClose={close} /> : null}
      {opened === "delete" ? <DeleteDialog id={id} title={title} onClose={close} onDeleted={onDeleted} /> : null}
    </>
  );
}

function RenameDialog({ id, title, onClose }: ActionsProps & { onClose: () => void }) {
  const t = useMessages(chat);
  const labels = useLabels();
  const [name, setName] = useState(title);
  const [isBusy, setBusy] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (name.trim() === "") {
      setMissing(true);
      return;
    }
    setBusy(true);
    changeConversation(id, { title: name.trim() })
      .then(onClose, setError)
      .finally(() => setBusy(false));
  };
  const footer = (
    <>
      <Button onClick={onClose}>{labels.cancel}</Button>
      <Button look="primary" type="submit" form="rename-conversation" isBusy={isBusy}>
        {t.save}
      </Button>
    </>
  );
  return (
    <Dialog title={t.renameTitle} isOpen onClose={onClose} footer={footer}>
      <form id="rename-conversation" onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t.name} error={isMissing ? t.nameMissing : undefined}>
          {(ids) => (
            <Input
              {...ids}
              value={name}
              maxLength={120}
              autoComplete="off"
              onChange={(event) => {
                setName(event.target.value);
                setMissing(false);
              }}
            />
          )}
        </Field>
        {error === undefined ? null : <ProblemNotice error={error} />}
      </form>
    </Dialog>
  );
}

function DeleteDialog({ id, title, onClose, onDeleted }: ActionsProps & { onClose: () => void }) {
  const t = useMessages(chat);
  const toast = useToast();
  const [error, setError] = useState<unknown>(undefined);
  const remove = async (): Promise<void> => {
    try {
      await deleteConversation(id);
    } catch (caught) {
      setError(caught);
      throw caught;
    }
    dropStore(id);
    toast({ text: t.deleted(title) });
    onDeleted?.();
  };
  return (
    <ConfirmDialog
      title={t.deleteTitle(title)}
      action={t.delete}
      isOpen
      onClose={onClose}
      onConfirm={remove}
      error={error === undefined ? null : <ProblemNotice error={error} />}
    >
      <p>{t.deleteAbout}</p>
    </ConfirmDialog>
  );
}
