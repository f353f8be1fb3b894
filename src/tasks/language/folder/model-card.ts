import { pytorchLayerOf } from "../../../formats/pytorch-layer.ts";
import type { RecurrentLayerConfig } from "../../../networks/config.ts";
import type { LayeredNetwork } from "../../../networks/layered-network.ts";
import type { GivenCondition } from "../condition/condition.ts";
import type { ConditionCard } from "../condition/condition-card.ts";
import { cellWords } from "../model/language-cell.ts";
import type { LanguageModelParts } from "../model/language-model.ts";
import type { LanguageModelConfig } from "../model/language-model-config.ts";
import { languageModel } from "../model/language-model-network.ts";

/** What a model predicts, by the kind of its tokenizer. */
const TOKENS = {
  char: "character",
  byte: "byte",
  word: "word",
  whitespace: "token (whatever white space parts; `<eos>` is a line's end)",
  bpe: "token (a piece of a word, by byte pair encoding)",
} as const;

/** README.md of a model's folder, written from the run: what it is, how good, how it was made, how to use it. */
export function modelCard(
  { network, config, tokenizer, training, evaluation }: LanguageModelParts<LayeredNetwork>,
  condition: ConditionCard | undefined,
): string {
  const rows: [string, string][] = [
    ["cell", cellWords(config).join(", ")],
    [
      "layers × hidden size",
      `${config.numLayers} × ${config.hiddenSize}${config.lastHiddenSize === undefined ? "" : `, the last ${config.lastHiddenSize}`}`,
    ],
    ["embedding size", `${config.embeddingSize}${config.tieWeights ? ", tied to the decoder" : ""}`],
    ["vocabulary", `${config.vocabularySize} (${config.tokenizer} tokenizer)`],
    ...(condition ? [["condition", condition.said] as [string, string]] : []),
    ["parameters", network.parameterCount().toLocaleString("en-US")],
  ];
  // Byte pairs know everything; pieces of words that another library learned need not.
  const isPiece = tokenizer.kind === "bpe" && tokenizer.unknownId !== null;
  const quality = evaluation
    ? `On the held-out text (${evaluation.tokens.toLocaleString("en-US")} predictions): ` +
      `${evaluation.lossNats.toFixed(4)} ± ${evaluation.standardErrorNats.toFixed(4)} nats per token, ` +
      `perplexity ${evaluation.perplexity.toFixed(2)}` +
      (evaluation.bitsPerCharacter === null
        ? "."
        : `, ${evaluation.bitsPerCharacter.toFixed(3)} bits per character.`) +
      (evaluation.lossNatsWithoutCondition === undefined
        ? ""
        : ` Without the condition: ${evaluation.lossNatsWithoutCondition.toFixed(4)} nats per token.`)
    : "Not measured: no text was held out.";
  const example = condition?.example;
  const call = example === undefined ? '"\\n"' : `"", { condition: ${JSON.stringify(example)} }`;
  const settings = training
    ? `\n## Training\n\n\`\`\`json\n${JSON.stringify(training, null, 2)}\n\`\`\`\n`
    : "";
  return `---
library_name: unrolled
tags: [language-model, rnn]
---

# A recurrent language model

It predicts the next ${isPiece ? "token (a piece of a word)" : TOKENS[config.tokenizer]} of a text.

| | |
|---|---|
${rows.map(([name, value]) => `| ${name} | ${value} |`).join("\n")}

## Quality

${quality}
${settings}
## Use

\`\`\`sh
npx unrolled generate .${example === undefined ? "" : ` --condition ${flagText(example)}`}
\`\`\`

\`\`\`ts
import { generate, openModel } from "unrolled";

const model = await openModel(".", { task: "language" });
for await (const text of generate(model, ${call})) process.stdout.write(text);
\`\`\`

${tensorsText(config)}
`;
}

function flagText(condition: GivenCondition): string {
  return typeof condition === "string" ? JSON.stringify(condition) : condition.join(",");
}

function tensorsText(config: LanguageModelConfig): string {
  const rnn = languageModel(config).layers.find(({ name }) => name === "rnn")!.config as RecurrentLayerConfig;
  const layer = pytorchLayerOf(rnn);
  const names = config.lastHiddenSize === undefined ? "`rnn`" : "`rnn` and `last`";
  const as =
    "The tensors in `model.safetensors` are named and laid out as PyTorch's `nn.Embedding` (`encoder`)";
  return layer
    ? `${as}, \`nn.${layer}\` (${names}) and \`nn.Linear\` (\`decoder\`).`
    : `${as}, its recurrent layers (${names}; it has none with this cell) and \`nn.Linear\` (\`decoder\`).`;
}
