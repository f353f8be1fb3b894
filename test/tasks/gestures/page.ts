// A page that reads a classifier's folder from its site and listens to a recording step by step.
import { streamedLabels } from "./streamed-labels.ts";

Object.assign(globalThis, {
  listen: (recording: readonly (readonly number[])[]) =>
    streamedLabels(new URL("model/", location.href), recording),
});
