import { Option } from "commander";
import { backendChoices } from "../../kernels/backend.ts";

/** `--backend`, the same for every command that runs a model. */
export function backendOption(): Option {
  return new Option("--backend <name>", "kernels to run on; auto is the fastest there are")
    .choices(backendChoices)
    .default("auto");
}
