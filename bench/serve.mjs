// A server beside the pool that it computes with and beside a naive one, which calls generate for each request:
//   node bench/serve.mjs [tokens, 100] [seconds of sessions, 10] [requests for memory, 5000] [rounds, 3]
// One thread computes, and the clients are in a process of their own: this one. Each client asks again as soon as it is answered. The pool is
// measured before and after the server, since other work on the machine slows both. The memory of the server over many requests, alone:
//   node bench/serve.mjs memory [requests, 1000000]
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { trainTokenizer } from "../dist/entries/data.js";
import { sampleToken } from "../dist/entries/decode.js";
import {
  Generator,
  generate,
  LanguageModel,
  languageModel,
  Network,
  openDevice,
  openModel,
} from "../dist/index.js";

const CLIENTS = 64;
const SESSIONS = 1000;
const [tokens = 100, sessionSeconds = 10, requests = 5000, rounds = 3] = process.argv.slice(2).map(Number);

if (process.argv[2] === "naive") await naiveServer(process.argv[3]);
else if (process.argv[2] === "memory") await memoryAlone(Number(process.argv[3] ?? 1e6));
else await measured();

async function measured() {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-bench-"));
  const model = join(folder, "book");
  try {
    await writeModel(model, 512);
    console.log(`clients ${CLIENTS}, tokens each ${tokens}, model 2 x 512, load ${loadavg()[0].toFixed(1)}`);
    const before = await pool(model);
    console.log(`pool without HTTP       ${said(before)}`);
    const server = await serving(model);
    const whole = await timed(server.url, {});
    const after = await pool(model);
    console.log(`pool again              ${said(after)}`);
    const ofPool = ({ rate, work }) =>
      `${percent((2 * rate) / (before.rate + after.rate))} of the pool, by processor time ${percent((2 * work) / (before.work + after.work))}`;
    console.log(`served, whole answers   ${said(whole)}; ${ofPool(whole)}; ${sharesOf(whole)}`);
    const streamed = await timed(server.url, { stream: true });
    console.log(`served, streamed        ${said(streamed)}; ${ofPool(streamed)}; ${sharesOf(streamed)}`);
    if (sessionSeconds > 0) await sessions(server.url);
    await memory(server.url, requests);
    server.child.kill("SIGTERM");
    const naive = await started([fileURLToPath(import.meta.url), "naive", model]);
    const naively = await timed(naive.url, {}, { clients: 16, length: Math.min(tokens, 50), times: 1 });
    console.log(
      `naive server            ${naively.rate.toFixed(0)} tokens/s; served is ${(whole.rate / naively.rate).toFixed(1)} times that`,
    );
    naive.child.kill("SIGKILL");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function memoryAlone(count) {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-bench-"));
  try {
    await writeModel(join(folder, "book"), 32);
    const server = await serving(join(folder, "book"));
    await memory(server.url, count, 10);
    server.child.kill("SIGTERM");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function serving(model) {
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const flags = ["--port", "0", "--threads", "1", "--log-level", "silent", "--max-queue", "4096"];
  return started([main, "serve", model, ...flags]);
}

function percent(share) {
  return `${(100 * share).toFixed(0)} %`;
}

async function writeModel(folder, hiddenSize) {
  const letters = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join("");
  const tokenizer = trainTokenizer({ kind: "char", text: `\n${letters}` });
  const config = {
    ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: tokenizer.vocabularySize, embeddingSize: 128 },
    ...{ hiddenSize, numLayers: 2, dropout: 0, tieWeights: false, tokenizer: "char" },
  };
  const device = await openDevice();
  const network = new Network(device, languageModel(config), { generator: new Generator(1) });
  const files = await new LanguageModel({ network, config, tokenizer }).files();
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
}

/** What the pool does with as many streams, drawing tokens as the server does. */
async function pool(folder) {
  const model = await openModel(folder, { task: "language" });
  const { vocabularySize: V } = model.config;
  const streams = model.pool();
  const sessions = Array.from({ length: CLIENTS }, () => streams.open());
  const draws = sessions.map((_, at) => new Generator(at));
  const ids = new Int32Array(CLIENTS).fill(1);
  const logits = new Float32Array(CLIENTS * V);
  const step = () => {
    streams.stepInto(sessions, { ids }, { logits });
    for (let row = 0; row < CLIENTS; row++)
      ids[row] = sampleToken(logits.subarray(row * V, (row + 1) * V), {}, draws[row]);
  };
  for (let at = 0; at < 5; at++) step();
  const steps = tokens * rounds;
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  for (let at = 0; at < steps; at++) step();
  const { user, system } = process.cpuUsage(startCpu);
  const all = CLIENTS * steps;
  return { rate: (all * 1000) / (performance.now() - startMs), work: (all * 1e6) / (user + system) };
}

function started(parameters) {
  const child = spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill("SIGKILL"));
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
      const [, url] = / at (http:\S+)\n/.exec(said) ?? [];
      if (url) resolve({ child, url });
    });
    child.on("exit", (code) => reject(new Error(`it ended with ${code}`)));
  });
}

function post(url, body) {
  return fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
}

/** How fast, and how much work: tokens for each second of a processor. Other work on the machine slows the first alone. */
function said({ rate, work }) {
  return `${rate.toFixed(0)} tokens/s, ${work.toFixed(0)} a processor second`;
}

function sharesOf({ own, server }) {
  return `the server took ${percent(server)} of a core, the clients ${percent(own)}`;
}

/** Tokens a second of all clients, after short rounds for warming up. */
async function timed(url, more, { clients = CLIENTS, length = tokens, times = rounds } = {}) {
  const ask = async (seed, max_tokens) => {
    const response = await post(`${url}/v1/completions`, {
      model: "book",
      prompt: "a",
      max_tokens,
      seed,
      ...more,
    });
    if (!response.ok) throw new Error(await response.text());
    await response.text();
  };
  const all = (max_tokens, times) =>
    Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        for (let round = 0; round < times; round++) await ask(client * times + round, max_tokens);
      }),
    );
  await all(1, 10);
  await all(20, 1);
  const startMs = performance.now();
  const { user, system } = process.cpuUsage();
  const serverSeconds = await metric(url, "process_cpu_seconds_total");
  await all(length, times);
  const ms = performance.now() - startMs;
  const now = process.cpuUsage();
  const own = (now.user + now.system - user - system) / 1000 / ms;
  const server = ((await metric(url, "process_cpu_seconds_total")) - serverSeconds) / (ms / 1000);
  const rate = (clients * length * times * 1000) / ms;
  return { rate, work: rate / server, own, server };
}

/** A number of the server's metrics; NaN where it has none. */
async function metric(url, name) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
}

/** Sessions that are fed a token a second each. */
async function sessions(url) {
  const ids = [];
  for (let first = 0; first < SESSIONS; first += 50)
    ids.push(
      ...(await Promise.all(
        Array.from({ length: 50 }, async () => {
          const response = await post(`${url}/v1/sessions`, { model: "book", prompt: "a", top: 0 });
          return (await response.json()).id;
        }),
      )),
    );
  const took = [];
  // A light client: its own work would be measured too.
  const agent = new Agent({ keepAlive: true });
  const asking = { agent, method: "POST", headers: { "content-type": "application/json" } };
  const feed = async (id) => {
    const startMs = performance.now();
    await new Promise((resolve, reject) => {
      const asked = request(`${url}/v1/sessions/${id}/feed`, asking, (response) =>
        response.on("end", resolve).resume(),
      );
      asked.on("error", reject).end(JSON.stringify({ prompt: "b", top: 1 }));
    });
    took.push(performance.now() - startMs);
  };
  const open = [];
  const startMs = performance.now();
  for (let at = 0; at < SESSIONS * sessionSeconds; at++) {
    const dueMs = startMs + (at * 1000) / SESSIONS;
    while (performance.now() < dueMs) await new Promise((resolve) => setTimeout(resolve, 1));
    open.push(feed(ids[at % SESSIONS]));
  }
  await Promise.all(open);
  agent.destroy();
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.floor(took.length * share)].toFixed(1);
  console.log(
    `${SESSIONS} sessions, 1 step/s  p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(0.99999)} ms, of ${took.length} steps`,
  );
}

/** The server's memory over many short requests. */
async function memory(url, count, parts = 4) {
  const resident = async () => (await metric(url, "process_resident_memory_bytes")) / 1e6;
  const marks = [await resident()];
  for (let part = 0; part < parts; part++) {
    let left = count / parts;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (; left > 0; left--) {
          const response = await post(`${url}/v1/completions`, { model: "book", prompt: "a", max_tokens: 1 });
          await response.arrayBuffer();
        }
      }),
    );
    marks.push(await resident());
  }
  console.log(`memory over ${count} requests ${marks.map((mark) => mark.toFixed(0)).join(", ")} MB`);
}

/** What one writes first: generate, for each request. */
async function naiveServer(folder) {
  const model = await openModel(folder, { task: "language" });
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    if (body === "") return response.end();
    const { prompt, max_tokens: maxNewTokens, seed } = JSON.parse(body);
    let text = "";
    for await (const piece of generate(model, prompt, { maxNewTokens, seed })) text += piece;
    response.end(JSON.stringify({ choices: [{ text }] }));
  });
  server.listen(0, "127.0.0.1", () => console.log(`naive at http://127.0.0.1:${server.address().port}`));
}
