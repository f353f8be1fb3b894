// What a page weighs that imports a little of the package: bundled and minified by Vite, without the WebAssembly and without what is only
// imported when it is asked for.   node bench/import-sizes.mjs (after npm run build)
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const USES = [
  {
    what: "a tokenizer",
    code: 'import { tokenizerFromJSON } from "unrolled/data"; globalThis.use = tokenizerFromJSON;',
  },
  {
    what: "openModel and a session",
    code: 'import { openModel } from "unrolled"; globalThis.use = async (url) => (await openModel(url)).session();',
  },
  {
    what: "openModel and a session, of a language model: what that imports too",
    code: 'import { openModel } from "unrolled"; globalThis.use = async (url) => (await openModel(url)).session();',
    asked: /(read-language-folder|open-language-model|stored-language-model|char-from-json)\.js$/,
  },
  {
    what: "a device, an LSTM and AdamW",
    code: 'import { LSTM, openDevice } from "unrolled"; import { AdamW } from "unrolled/optim"; globalThis.use = [openDevice, LSTM, AdamW];',
  },
];

const root = fileURLToPath(new URL("..", import.meta.url));
const ENTRY = "virtual:use";

/** The chunks that are fetched at once, or when a module that is asked for is imported. */
async function fetched(code, asked) {
  let found;
  await build({
    root: fileURLToPath(new URL(".", import.meta.url)),
    configFile: false,
    logLevel: "error",
    resolve: {
      alias: [
        { find: /^unrolled$/, replacement: `${root}dist/index.js` },
        { find: /^unrolled\/(.*)$/, replacement: `${root}dist/entries/$1.js` },
      ],
    },
    worker: { format: "es" },
    plugins: [
      {
        name: "use",
        resolveId: (name) => (name === ENTRY ? name : null),
        load: (name) => (name === ENTRY ? code : null),
        generateBundle(_, bundle) {
          found = chunksOf(bundle, asked);
        },
      },
    ],
    build: { write: false, assetsInlineLimit: 0, rollupOptions: { input: ENTRY } },
  });
  return found;
}

function chunksOf(bundle, asked) {
  const chunks = new Set();
  const add = (chunk) => {
    if (chunk?.type !== "chunk" || chunks.has(chunk)) return;
    chunks.add(chunk);
    for (const name of chunk.imports) add(bundle[name]);
  };
  for (const file of Object.values(bundle))
    if (file.isEntry || asked?.test(file.facadeModuleId ?? "")) add(file);
  return [...chunks];
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log("| imported | minified | gzip | brotli |\n|---|---|---|---|");
for (const { what, code, asked } of USES) {
  const chunks = await fetched(code, asked);
  const sum = (size) => kilobytes(chunks.reduce((all, chunk) => all + size(chunk.code), 0));
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  const sizes = [
    (text) => text.length,
    (text) => gzipSync(text, { level: 9 }).length,
    (text) => brotliCompressSync(text, best).length,
  ].map(sum);
  console.log(`| ${what} | ${sizes.join(" | ")} |`);
}
