import { describe, expect, it } from "vitest";
import type { Tables } from "../src/i18n/tables.ts";

type Table = Record<string, unknown>;

const modules = import.meta.glob<Record<string, unknown>>(
  ["../src/**/messages.ts", "../src/**/sections.ts", "../src/i18n/common.ts"],
  {
    eager: true,
  },
);
const found = Object.entries(modules).flatMap(([file, module]) =>
  Object.entries(module)
    .filter((entry): entry is [string, Tables<Table>] => isTables(entry[1]))
    .map(([name, both]) => [`${file} ${name}`, both] as const),
);

function isTables(value: unknown): value is Tables<Table> {
  return typeof value === "object" && value !== null && "en" in value && "ko" in value && typeof value.en === "object";
}

/** A message with sample values put in. */
function say(message: unknown): string {
  return typeof message === "function" ? (message as (...values: unknown[]) => string)(3, 3) : String(message);
}

describe("the messages", () => {
  it("are found in every feature", () => {
    expect(found.map(([name]) => name).sort()).toEqual([
      "../src/features/account/messages.ts account",
      "../src/features/account/sections.ts settingsMessages",
      "../src/features/chat/cards/messages.ts cards",
      "../src/features/chat/messages.ts chat",
      "../src/features/connectors/add/messages.ts adding",
      "../src/features/connectors/connections/messages.ts connectionWords",
      "../src/features/connectors/function/messages.ts functionWords",
      "../src/features/connectors/messages.ts connectors",
      "../src/features/connectors/settings/messages.ts settingWords",
      "../src/features/home/messages.ts home",
      "../src/features/models/messages.ts modelWords",
      "../src/frame/messages.ts frame",
      "../src/i18n/common.ts common",
      "../src/i18n/common.ts labels",
      "../src/result-view/messages.ts resultView",
      "../src/schema-form/messages.ts schemaForm",
    ]);
  });

  it.each(found)("of %s are complete, Korean in Korean and English in English", (_name, { en, ko }) => {
    expect(Object.keys(ko)).toEqual(Object.keys(en));
    for (const key of Object.keys(en)) {
      expect(say(en[key]), key).toMatch(/^[^가-힣]+$/);
      expect(say(ko[key]), key).toMatch(/[가-힣]/);
    }
  });

  it.each(found)("of %s mark the same code in both languages", (_name, { en, ko }) => {
    const code = (text: string): string[] => [...text.matchAll(/`([^`]*)`/g)].map((match) => match[1] ?? "");
    for (const key of Object.keys(en)) expect(code(say(ko[key])), key).toEqual(code(say(en[key])));
  });
});
