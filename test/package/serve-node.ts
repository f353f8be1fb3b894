// A server in whatever runtime this is: Bun's and Deno's listen by themselves, and elsewhere it is asked as a function.
import { Generator, LanguageModel, languageModel, Network, openDevice } from "unrolled";
import { trainTokenizer } from "unrolled/data";
import { createServer, type ModelServer } from "unrolled/server";

interface Runtimes {
  readonly Bun?: {
    serve(options: object): { readonly port: number; stop(now: boolean): unknown };
  };
  readonly Deno?: {
    serve(
      options: object,
      fetch: ModelServer["fetch"],
    ): { readonly addr: { readonly port: number }; shutdown(): unknown };
  };
}

async function files() {
  const tokenizer = trainTokenizer({ kind: "char", text: "to be or not to be" });
  const config: Parameters<typeof languageModel>[0] = {
    ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: tokenizer.vocabularySize, embeddingSize: 8 },
    ...{ hiddenSize: 12, numLayers: 1, dropout: 0, tieWeights: false, tokenizer: "char" },
  };
  const network = new Network(await openDevice(), languageModel(config), { generator: new Generator(3) });
  return new LanguageModel({ network, config, tokenizer } as never).files();
}

/** Asks it over the runtime's listener, where that takes a function from `Request` to `Response`. */
function listening({ fetch: answer }: ModelServer): {
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): unknown;
} {
  const { Bun, Deno } = globalThis as Runtimes;
  const at = (port: number) => (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${port}${path}`, init);
  if (Bun) {
    const server = Bun.serve({
      ...{ port: 0, hostname: "127.0.0.1", fetch: (request: Request) => answer(request) },
    });
    return { ask: at(server.port), close: () => server.stop(true) };
  }
  if (Deno) {
    const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
    const server = Deno.serve(options, (request) => answer(request));
    return { ask: at(server.addr.port), close: () => server.shutdown() };
  }
  return { ask: (path, init) => answer(new Request(`http://server${path}`, init)), close() {} };
}

async function served(threads: number) {
  const server = await createServer({ models: { book: await files() }, threads });
  const { ask, close } = listening(server);
  const post = (path: string, body: object) =>
    ask(path, {
      ...{ method: "POST", body: JSON.stringify(body) },
      headers: { "content-type": "application/json" },
    });
  const given = { model: "book", prompt: "to ", max_tokens: 12, seed: 1 };
  const whole = (await (await post("/v1/completions", given)).json()) as { choices: object[] };
  const events = await (await post("/v1/completions", { ...given, stream: true })).text();
  const pieces = events
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => (JSON.parse(event.slice(6)) as { choices: { text: string }[] }).choices[0].text);
  const session = (await (await post("/v1/sessions", { model: "book", prompt: "to b" })).json()) as {
    id: string;
  };
  const fed = (await (await post(`/v1/sessions/${session.id}/feed`, { prompt: "e" })).json()) as {
    steps: number;
    tokens: { token: string }[];
  };
  const refused = await post("/v1/completions", { model: "nobody" });
  await close();
  server.close();
  return {
    choices: whole.choices,
    streamed: pieces.join(""),
    fed: { steps: fed.steps, tokens: fed.tokens.map(({ token }) => token) },
    refused: refused.status,
  };
}

console.log(JSON.stringify([await served(0), await served(1)]));
