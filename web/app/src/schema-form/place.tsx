import { Plus, X } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { Button, Disclosure, Field, IconButton, Select } from "@madang/ui";
import { useMessages } from "../i18n/tables.ts";
import { useForm } from "./context.ts";
import { Control } from "./controls.tsx";
import { childPointer, errorsApart, errorsWithin } from "./errors.ts";
import {
  branchOf,
  initialValue,
  shapeOf,
  withItem,
  withMember,
  withoutItem,
  type Branch,
  type Member,
  type Shape,
} from "./fields.ts";
import { schemaForm } from "./messages.ts";
import { isObject } from "./schema.ts";
import { Description, Errors, Required } from "./words.tsx";

export interface PlaceProps {
  name: string;
  label?: string;
  schema: unknown;
  pointer: string;
  depth: number;
  isRequired: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** Whatever stands in one place of the value. */
export function Place(props: PlaceProps) {
  const { name, schema, depth } = props;
  const { definitions } = useForm();
  const shape = shapeOf(schema, definitions, name, depth);
  const label = props.label ?? name;
  if (shape.kind === "object" || shape.kind === "list" || shape.kind === "union") {
    return <Container {...props} label={label} shape={shape} />;
  }
  return <Control {...props} label={label} shape={shape} />;
}

type Containing = Extract<Shape, { kind: "object" | "list" | "union" }>;
type ContainerProps = Omit<PlaceProps, "label"> & { label: string; shape: Containing };

/** A place with places in it, framed. One that may be absent is added and removed. */
function Container(props: ContainerProps) {
  const { label, schema, shape, pointer, depth, isRequired, value, onChange } = props;
  const t = useMessages(schemaForm);
  const id = useId();
  const { definitions, errors } = useForm();
  if (!isRequired && (value === undefined || value === null)) {
    return (
      <div className="flex flex-col items-start gap-1.5">
        <Button
          size="sm"
          icon={<Plus className="size-3.5" />}
          aria-label={t.add(label)}
          onClick={() => onChange(initialValue(schema, definitions, depth) ?? {})}
        >
          {label}
        </Button>
        <p className="text-sm text-muted">
          <Description text={shape.description} />
        </p>
        <Errors errors={errorsWithin(errors, pointer)} />
      </div>
    );
  }
  return (
    <div role="group" aria-labelledby={id} className="flex min-w-0 flex-col gap-3 rounded-lg border border-line p-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-baseline gap-x-2">
            <span id={id} className="text-sm font-medium">
              {label}
            </span>
            {isRequired ? <Required /> : null}
          </div>
          <p className="text-sm text-muted">
            <Description text={shape.description} />
          </p>
        </div>
        {isRequired ? null : (
          <IconButton label={t.remove(label)} icon={<X className="size-4" />} onClick={() => onChange(undefined)} />
        )}
      </div>
      <Inside {...props} />
    </div>
  );
}

function Inside(props: ContainerProps) {
  switch (props.shape.kind) {
    case "object":
      return <Members {...props} members={props.shape.members} />;
    case "list":
      return <Items {...props} item={props.shape.item} />;
    case "union":
      return <Union {...props} branches={props.shape.branches} />;
  }
}

export type MembersProps = Pick<PlaceProps, "pointer" | "depth" | "value" | "onChange"> & {
  members: readonly Member[];
};

const FEW = 4;

/** The members of an object: first what has to be there, then the rest, folded where it is much. */
export function Members({ members, pointer, depth, value, onChange }: MembersProps) {
  const t = useMessages(schemaForm);
  const { errors } = useForm();
  const place = (member: Member): ReactNode => (
    <Place
      key={member.name}
      name={member.name}
      schema={member.schema}
      pointer={childPointer(pointer, member.name)}
      depth={depth + 1}
      isRequired={member.isRequired}
      value={isObject(value) ? value[member.name] : undefined}
      onChange={(inner) => onChange(withMember(value, member.name, inner))}
    />
  );
  const required = members.filter((member) => member.isRequired);
  const optional = members.filter((member) => !member.isRequired);
  const isWrong = optional.some(({ name }) => errorsWithin(errors, childPointer(pointer, name)).length > 0);
  return (
    <>
      <Errors
        errors={errorsApart(
          errors,
          pointer,
          members.map((member) => member.name),
        )}
      />
      {members.length === 0 ? <p className="text-sm text-muted">{t.nothing}</p> : null}
      {required.map(place)}
      {optional.length <= FEW ? (
        optional.map(place)
      ) : (
        <Disclosure
          key={String(isWrong)}
          title={t.optional(optional.length)}
          isOpenAtFirst={required.length === 0 || isWrong}
        >
          {optional.map(place)}
        </Disclosure>
      )}
    </>
  );
}

function Items({ name, label, pointer, depth, value, onChange, item }: ContainerProps & { item: unknown }) {
  const t = useMessages(schemaForm);
  const { definitions, errors } = useForm();
  const items: readonly unknown[] = Array.isArray(value) ? (value as unknown[]) : [];
  return (
    <>
      <Errors errors={errorsApart(errors, pointer, [...items.keys()])} />
      {items.map((one, index) => (
        <div key={`${String(items.length)} ${String(index)}`} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <Place
              name={name}
              label={t.item(label, index + 1)}
              schema={item}
              pointer={childPointer(pointer, index)}
              depth={depth + 1}
              isRequired
              value={one ?? undefined}
              onChange={(inner) => onChange(withItem(value, index, inner))}
            />
          </div>
          <IconButton
            label={t.remove(t.item(label, index + 1))}
            icon={<X className="size-4" />}
            onClick={() => onChange(withoutItem(value, index))}
          />
        </div>
      ))}
      <div>
        <Button
          size="sm"
          icon={<Plus className="size-3.5" />}
          onClick={() => onChange(withItem(value, items.length, initialValue(item, definitions, depth + 1)))}
        >
          {t.add(t.item(label, items.length + 1))}
        </Button>
      </div>
    </>
  );
}

function Union(props: ContainerProps & { branches: Extract<Shape, { kind: "union" }>["branches"] }) {
  const { label, depth, value, onChange, branches } = props;
  const t = useMessages(schemaForm);
  const { definitions } = useForm();
  const [chosen, setChosen] = useState(() => branchOf(value, branches, definitions));
  const branch = branches[chosen];
  const choose = (index: number): void => {
    setChosen(index);
    onChange(initialValue(branches[index]?.schema, definitions, depth + 1));
  };
  return (
    <>
      <Field label={t.variant(label)}>
        {(ids) => (
          <Select
            {...ids}
            value={String(chosen)}
            onValue={(index) => choose(Number(index))}
            options={branches.map((one, index) => ({ value: String(index), label: one.label }))}
          />
        )}
      </Field>
      {branch === undefined ? null : <Chosen {...props} key={chosen} branch={branch} />}
    </>
  );
}

/** The chosen branch of a union, in the frame of the union. */
function Chosen({ branch, ...props }: ContainerProps & { branch: Branch }) {
  const { definitions } = useForm();
  const depth = props.depth + 1;
  const shape = shapeOf(branch.schema, definitions, props.name, depth);
  if (shape.kind === "object") return <Members {...props} depth={depth} members={shape.members} />;
  return <Place {...props} label={branch.label} schema={branch.schema} depth={depth} isRequired />;
}
