import { describe, expect, it } from "vitest";
import { Format } from "../src/i18n/format.ts";

const NOW = Date.parse("2026-03-10T12:00:00.000Z");
const en = new Format("en");
const ko = new Format("ko");

describe("times", () => {
  it.each([
    ["2026-03-10T11:59:40.000Z", "now", "지금"],
    ["2026-03-10T11:55:00.000Z", "5 minutes ago", "5분 전"],
    ["2026-03-10T09:00:00.000Z", "3 hours ago", "3시간 전"],
    ["2026-03-09T11:00:00.000Z", "yesterday", "어제"],
    ["2026-03-12T13:00:00.000Z", "in 2 days", "모레"],
    ["2026-01-02T12:00:00.000Z", "2 Jan 2026", "2026. 1. 2."],
  ])("%s reads %s and %s", (iso, english, korean) => {
    expect([en.relative(iso, NOW), ko.relative(iso, NOW)]).toEqual([english, korean]);
  });
});

describe("numbers", () => {
  it("have separators", () => {
    expect([en.number(1234567), ko.number(1234567)]).toEqual(["1,234,567", "1,234,567"]);
  });
});
