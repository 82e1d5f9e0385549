import { take, type Page, type Schemas } from "@madang/sdk";
import { madang, queries } from "../../api.ts";

export type Model = Schemas["ModelView"];
export type Provider = Schemas["ProviderView"];
export type Verdict = Schemas["VerdictView"];

export const MODELS = ["models"] as const;
export const PROVIDERS = ["model-providers"] as const;

export function listModels(cursor: string | undefined, signal: AbortSignal): Promise<Page<Model>> {
  return take(madang.GET("/api/models", { params: { query: { cursor } }, signal }));
}

export async function listProviders(signal: AbortSignal): Promise<readonly Provider[]> {
  return (await take(madang.GET("/api/model-providers", { signal }))).data;
}

export async function createModel(body: Schemas["ModelBody"]): Promise<Model> {
  const made = await take(madang.POST("/api/models", { body }));
  await queries.invalidateQueries({ queryKey: MODELS });
  return made;
}

export async function changeModel(id: string, body: Schemas["ModelChange"]): Promise<Model> {
  const changed = await take(madang.PATCH("/api/models/{model}", { body, ...at(id) }));
  await queries.invalidateQueries({ queryKey: MODELS });
  return changed;
}

export async function removeModel(id: string): Promise<void> {
  await take(madang.DELETE("/api/models/{model}", at(id)));
  await queries.invalidateQueries({ queryKey: MODELS });
}

export function testModel(id: string): Promise<Verdict> {
  return take(madang.POST("/api/models/{model}/test", at(id)));
}

function at(id: string) {
  return { params: { path: { model: id } } };
}
