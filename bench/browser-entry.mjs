// What a page imports that trains a language model, opens it and lets it write: the entry that `browser-size` bundles.

import { generate, loadModel, train } from "../dist/index.js";

globalThis.unrolled = { generate, loadModel, train };
