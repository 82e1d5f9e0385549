// The peer's side of bench_corpus.py: `node corpus_peer.mjs PACKAGE SECONDS` reads a path a line from stdin and writes a
// line of JSON for each. A document that takes more than SECONDS of CPU is given up, and counts as failed.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const cpu = () => {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
};

const read = ({ OpenApi, HttpLlm }, path) => {
  const document = OpenApi.convert(JSON.parse(readFileSync(path, "utf8")));
  const application = HttpLlm.application({ document });
  return { functions: application.functions.length, refused: application.errors.length };
};

const serve = async () => {
  const peer = await import(pathToFileURL(`${workerData}/lib/index.mjs`).href);
  parentPort.on("message", (path) => {
    try {
      parentPort.postMessage(read(peer, path));
    } catch (error) {
      parentPort.postMessage({ failed: String(error?.message ?? error).slice(0, 200) });
    }
  });
  parentPort.postMessage("ready");
};

const start = (folder) =>
  new Promise((resolve) => {
    const limits = { maxOldGenerationSizeMb: 8192, stackSizeMb: 16 };
    const worker = new Worker(new URL(import.meta.url), { workerData: folder, resourceLimits: limits });
    worker.once("message", () => resolve(worker));
  });

const ask = (worker, path, seconds) =>
  new Promise((resolve) => {
    const last = cpu() + seconds;
    const timer = setInterval(() => cpu() > last && end({ failed: "took too long", ended: true }), 1000);
    const fail = (error) => end({ failed: String(error?.message ?? error).slice(0, 200), ended: true });
    const end = (answer) => {
      clearInterval(timer);
      worker.off("error", fail);
      worker.off("message", end);
      resolve(answer);
    };
    worker.once("error", fail);
    worker.once("message", end);
    worker.postMessage(path);
  });

const main = async () => {
  const [folder, seconds] = process.argv.slice(2);
  let worker = await start(folder);
  for await (const path of createInterface({ input: process.stdin })) {
    const started = cpu();
    const { ended, ...answer } = await ask(worker, path, Number(seconds));
    process.stdout.write(`${JSON.stringify({ ...answer, seconds: cpu() - started })}\n`);
    if (ended) {
      await worker.terminate();
      worker = await start(folder);
    }
  }
  await worker.terminate();
};

await (isMainThread ? main() : serve());
