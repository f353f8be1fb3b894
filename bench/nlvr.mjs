// Whether a model that sees pictures foretells people's sentences about them better than one that sees none (NLVR: Suhr et al. 2017).
//   node bench/nlvr.mjs tables ../shared/data/nlvr folder      writes folder/train.jsonl and folder/test.jsonl
//   node bench/nlvr.mjs compare seeing.json blind.json         of what `unrolled eval MODEL folder/test.jsonl --losses --json` has said
// The second gives the nats of a token, words and the sentence's end, and the interval of the difference: both models' losses of the same
// sentences are drawn again together.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pairedBootstrap } from "../dist/entries/training.js";

const [what, first, second] = process.argv.slice(2);
if (second === undefined || !["tables", "compare"].includes(what)) {
  console.error("usage: nlvr.mjs tables DATA FOLDER | nlvr.mjs compare SEEING.json BLIND.json");
  process.exit(2);
}
if (what === "tables") writeTables(first, second);
else compare(first, second);

function writeTables(data, folder) {
  mkdirSync(folder, { recursive: true });
  const all = JSON.parse(readFileSync(join(data, "captions.json"), "utf8"));
  for (const part of ["train", "test"]) {
    const own = all.filter(({ split }) => split === part);
    const lines = own.map(({ image, sentence }) => JSON.stringify({ file: resolve(data, image), sentence }));
    writeFileSync(join(folder, `${part}.jsonl`), `${lines.join("\n")}\n`);
    console.log(`${part}: ${own.length} pictures with a sentence`);
  }
}

function compare(seeing, blind) {
  const [losses, others] = [seeing, blind].map((path) => JSON.parse(readFileSync(path, "utf8")).losses);
  if (losses?.length !== others?.length || losses.some(({ image }, at) => image !== others[at].image))
    throw new Error("needed the losses of the same sentences, by eval --losses --json");
  const counted = (all) => ({
    counts: all.map(({ nats, tokens }) => [nats, tokens]),
    figureOf: ([nats, tokens]) => nats / tokens,
  });
  const nats = (all) => all.reduce((sum, each) => sum + each.nats, 0);
  const tokens = losses.reduce((sum, each) => sum + each.tokens, 0);
  const { value, low, high, pValue } = pairedBootstrap(counted(losses), counted(others), { samples: 10_000 });
  const rounded = (number) => Number(number.toFixed(4));
  console.log(
    JSON.stringify({
      ...{ sentences: losses.length, tokens },
      natsPerToken: { seeing: rounded(nats(losses) / tokens), blind: rounded(nats(others) / tokens) },
      difference: rounded(value),
      interval: [rounded(low), rounded(high)],
      pValue: rounded(pValue),
    }),
  );
}
