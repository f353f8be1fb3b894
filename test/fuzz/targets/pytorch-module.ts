// A checkpoint that holds a whole module and objects of other classes.
import { readPyTorch, stateDictOf } from "unrolled/formats/pytorch";
import { text } from "../../pickle-file.ts";
import { called, dictionary, list, module, named, object, Storages, whole } from "../../pickled-modules.ts";
import type { FuzzTarget } from "../fuzz.ts";
import { pickleSeed } from "./pytorch.ts";

const storages = new Storages();
const file = storages.file(
  dictionary({
    args: object("argparse.Namespace", { mode: called("project.Mode", text("fast")), steps: whole(3) }),
    seen: called("__builtin__.set", list(whole(1), whole(2))),
    path: called("pathlib.PosixPath", text("/"), text("runs")),
    model: module("project.Net", {
      buffers: storages.tensors({ mean: [2] }),
      modules: {
        fc: module("torch.nn.modules.linear.Linear", { parameters: storages.tensors({ weight: [2, 2] }) }),
        loss: object("torch.nn.modules.loss.MSELoss", { reduction: named("project.MEAN") }),
      },
    }),
  }),
);

export const target: FuzzTarget = {
  name: "stateDictOf",
  seeds: [pickleSeed("module", file, storages.bytes, true)],
  read: async (broken) => stateDictOf(await readPyTorch(broken)),
};
