// The leaky units again, whose thread ends at a step while there is a file "end-now" beside it: a thread that dies.
import { existsSync } from "node:fs";
import { defineCell } from "unrolled/nn";
import { leakyUnits } from "./leaky-units.js";

export const endingUnits = defineCell({
  ...leakyUnits,
  bind(device, options) {
    const bound = leakyUnits.bind(device, options);
    return {
      ...bound,
      forward(step) {
        if (existsSync("end-now")) process.exit(3);
        bound.forward(step);
      },
    };
  },
});
