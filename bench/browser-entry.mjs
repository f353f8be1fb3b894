// What a page imports that trains a language model: the entry that `browser-size` bundles.

import { train } from "../dist/index.js";

globalThis.unrolled = { train };
