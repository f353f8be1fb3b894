// What a page imports that trains a character-level language model and samples from it: the entry that `browser-size` bundles.

import * as unrolled from "../dist/index.js";

globalThis.unrolled = unrolled;
