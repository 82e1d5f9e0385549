import { describe, expect, it } from "vitest";
import { bodyOf, changesOf, fieldsOf } from "../src/features/models/fields.tsx";
import { nearPair, pairsOf } from "../src/features/models/places.ts";

describe("the address of a model", () => {
  it("is offered to be allowed where it is on this machine or network", () => {
    const urls = ["http://127.0.0.1:11434/v1", "https://localhost/v1", "http://192.168.0.7", "http://172.31.0.1:8000"];
    expect(urls.map(nearPair)).toEqual(["127.0.0.1:11434", "localhost:443", "192.168.0.7:80", "172.31.0.1:8000"]);
  });

  it("is nothing to allow where it is elsewhere, or is no URL yet", () => {
    expect(["https://api.openai.com/v1", "http://172.40.0.1", "127.0.0.1", ""].map(nearPair)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it("may be one of several, on lines or with commas", () => {
    expect(pairsOf(" a:1,\n b:2 ")).toEqual(["a:1", "b:2"]);
  });
});

describe("what is typed of a model", () => {
  it("is sent without what was left empty, and named after what it is", () => {
    const fields = { ...fieldsOf(undefined), model: " gpt-5 ", key: " sk " };
    expect(bodyOf(fields)).toEqual({
      name: "openai:gpt-5",
      provider: "openai",
      model: "gpt-5",
      base_url: null,
      api_key: "sk",
      allowed_hosts: [],
    });
  });

  it("leaves the key of a model that is changed", () => {
    const fields = { ...fieldsOf(undefined), model: "m", name: "main", url: "https://a.example" };
    expect(changesOf(fields)).toEqual({
      name: "main",
      model: "m",
      base_url: "https://a.example",
      allowed_hosts: [],
    });
  });
});
