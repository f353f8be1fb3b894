// A model over HTTP without a listener: a function from Request to Response, as Node, Deno, Bun and edge runtimes call it.
import { Generator, LanguageModel, languageModel, Network, openDevice } from "unrolled";
import { trainTokenizer } from "unrolled/data";
import { createServer } from "unrolled/server";

const tokenizer = trainTokenizer({ kind: "char", text: "\nthe quick brown fox" });
const config = {
  ...({ cell: "gru", nonlinearity: "tanh", tokenizer: "char", tieWeights: false } as const),
  ...{ vocabularySize: tokenizer.vocabularySize, embeddingSize: 8, hiddenSize: 16, numLayers: 1, dropout: 0 },
};
const network = new Network(await openDevice(), languageModel(config), { generator: new Generator(1) });
const model = new LanguageModel({ network, config, tokenizer });

const server = await createServer({ models: { fox: await model.files() } }); // or a folder: { fox: "models/fox" }

async function ask(path: string, body: object) {
  const headers = { "content-type": "application/json" };
  const request = new Request(`http://localhost${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers,
  });
  return (await server.fetch(request)).json();
}

const { choices } = await ask("/v1/completions", { model: "fox", prompt: "the ", max_tokens: 12, seed: 1 });
console.log(choices[0].text);

// A session has read something, and goes on from there.
const session = await ask("/v1/sessions", { model: "fox", prompt: "the quick" });
const next = await ask(`/v1/sessions/${session.id}/feed`, { prompt: " brown", top: 3 });
console.log(next.steps, next.tokens);
server.close();
