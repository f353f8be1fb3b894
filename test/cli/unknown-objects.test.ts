// `unrolled info` of PyTorch's files that hold objects of unknown classes beside the tensors.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { text } from "../pickle-file.ts";
import { called, dictionary, module, object, Storages } from "../pickled-modules.ts";
import { BUILD_MS, build, jsonLines, temporaryFolder, unrolledHere } from "./command.ts";

const folder = temporaryFolder();
const run = (...parameters: string[]) => unrolledHere(parameters, folder.path);

beforeAll(() => {
  build();
  const storages = new Storages();
  const value = dictionary({
    args: object("argparse.Namespace", { mode: called("project.Mode", text("fast")) }),
    model: module("project.Net", {
      modules: {
        rnn: module("torch.nn.modules.rnn.GRU", {
          parameters: storages.tensors({ weight_ih_l0: [6, 3], weight_hh_l0: [6, 2] }),
        }),
      },
    }),
  });
  writeFileSync(join(folder.path, "model.pt"), storages.file(value));
}, BUILD_MS);
afterAll(() => folder.remove());

const UNKNOWN = ["argparse.Namespace", "project.Mode", "project.Net"];

it("names them, and tells of the network", async () => {
  const { code, stdout } = await run("info", "model.pt");
  expect(code).toBe(0);
  expect(stdout.replace(/\s+/g, " ")).toContain(
    `Unknown ${UNKNOWN.join(", ")}: kept as data, nothing of it is run`,
  );
  const [facts] = jsonLines((await run("info", "model.pt", "--json")).stdout);
  expect(facts).toMatchObject({ format: "pytorch", parameters: 30, unknown: UNKNOWN });
});
