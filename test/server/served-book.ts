// A small language model that draws from its weights as they were drawn, and a server of it.
import OpenAI from "openai";
import { Generator, type LanguageModel, type ModelFiles, openDevice } from "unrolled";
import { trainTokenizer } from "unrolled/data";
import { createServer, type ModelServer, type ServerOptions } from "unrolled/server";
import { languageNetwork, modelWith } from "../language-parts.ts";

const device = await openDevice();

/** A model of characters with weights of their own for each seed. */
export function bookOf(seed = 1, hiddenSize = 24): LanguageModel {
  const tokenizer = trainTokenizer({ kind: "char", text: "\n the quick brown fox jumps over a lazy dog.é" });
  const network = languageNetwork(
    device,
    {
      ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: tokenizer.vocabularySize, embeddingSize: 12 },
      ...{ hiddenSize, numLayers: 2, dropout: 0, tieWeights: false, tokenizer: "char" },
    },
    new Generator(seed),
  );
  return modelWith(network, tokenizer);
}

export async function servedBook(
  options: Partial<ServerOptions> = {},
): Promise<{ readonly server: ModelServer; readonly client: OpenAI; readonly model: LanguageModel }> {
  const model = bookOf();
  const files: ModelFiles = await model.files();
  const server = await createServer({ models: { book: files }, ...options });
  return { server, client: clientOf(server), model };
}

/** OpenAI's client, as it asks this server. */
export function clientOf(server: ModelServer, apiKey = "none"): OpenAI {
  const ask = (input: string | URL | Request, init?: RequestInit) => server.fetch(new Request(input, init));
  return new OpenAI({ baseURL: "http://server/v1", apiKey, maxRetries: 0, fetch: ask as typeof fetch });
}

/** Asks with JSON. */
export async function asked(
  server: ModelServer,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  const response = await server.fetch(
    new Request(`http://server${path}`, {
      ...(body === undefined
        ? {}
        : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      ...init,
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}
