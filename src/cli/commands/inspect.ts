import { basename, join, resolve } from "node:path";
import { gradientsThroughTime } from "../../inspect/gradients-through-time.ts";
import { reach } from "../../inspect/reach.ts";
import { trace } from "../../inspect/trace.ts";
import { unitResponses } from "../../inspect/unit-responses.ts";
import { surprises } from "../../tasks/language/evaluation/surprise.ts";
import type { LanguageModel } from "../../tasks/language/model/language-model.ts";
import { CommandError, UsageError } from "../failure.ts";
import { ASPECTS, type Aspect, type AspectName } from "../inspect/aspect-names.ts";
import { gradientsAspect } from "../inspect/gradients-aspect.ts";
import { inspectionHtml } from "../inspect/inspection-html.ts";
import { reachAspect } from "../inspect/reach-aspect.ts";
import { readIds } from "../inspect/read-ids.ts";
import { gatesAspect, statesAspect } from "../inspect/state-aspects.ts";
import { surpriseAspect } from "../inspect/surprise-aspect.ts";
import { unitsAspect } from "../inspect/units-aspect.ts";
import { REPORT, requireRoom, writeInspection } from "../inspect/write-inspection.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openConditioned } from "../model-folder.ts";
import { counted } from "../screen/amounts.ts";
import { cellName } from "../screen/language-words.ts";
import type { InspectOptions } from "./inspect-command.ts";

/** `unrolled inspect`: a report of what happens inside a model, with its figures and numbers as files. */
export async function runInspectCommand(
  folder: string,
  file: string,
  options: InspectOptions,
): Promise<void> {
  const { out, force = false, steps, tokens, field } = options;
  const wanted = aspectsNamed(options.what);
  quitWhenInterrupted();
  requireRoom(out, force);
  const trained = await openConditioned(folder, options);
  const ids = await readIds(trained.tokenizer, file, { field, most: Math.max(steps, tokens) });
  if (ids.length < 4)
    throw new CommandError(`${file} has ${counted(ids.length, "token")}, needed at least 4`);
  const aspects: Aspect[] = [];
  for (const name of wanted) aspects.push(await LOOKS[name](trained, ids, { steps, tokens }));
  const name = basename(resolve(folder));
  const html = inspectionHtml(name, `${cellName(trained.config)}, reading ${basename(file)}`, aspects);
  const { files, hasPng } = await writeInspection(out, html, aspects);
  if (options.json) return printJson({ path: out, report: join(out, REPORT), files, png: hasPng });
  process.stdout.write(`${join(out, REPORT)}\n`);
  process.stderr.write(
    `${counted(files.length, "file")} in ${out}${hasPng ? "" : "; for PNG files beside the SVG ones: npm install @resvg/resvg-js"}\n`,
  );
}

interface Sizes {
  readonly steps: number;
  readonly tokens: number;
}

const LOOKS: Readonly<
  Record<AspectName, (trained: LanguageModel, ids: Int32Array, sizes: Sizes) => Promise<Aspect>>
> = {
  states: async (trained, ids, { steps }) => {
    const read = ids.subarray(0, steps);
    return statesAspect(trace(trained.network, read), textsOf(trained, read));
  },
  gates: async (trained, ids, { steps }) => {
    const read = ids.subarray(0, steps);
    return gatesAspect(trace(trained.network, read), textsOf(trained, read));
  },
  gradients: async (trained, ids, { steps }) => {
    const read = ids.subarray(0, steps);
    return gradientsAspect(await gradientsThroughTime(trained.network, read), textsOf(trained, read));
  },
  reach: async ({ network }, ids, { tokens }) => reachAspect(await reach(network, ids.subarray(0, tokens))),
  units: async ({ network, tokenizer }, ids, { tokens }) =>
    unitsAspect(await unitResponses(network, tokenizer, ids, { maxTokens: tokens })),
  surprise: async (trained, ids, { steps }) =>
    surpriseAspect(await surprises(trained, ids, { maxTokens: steps })),
};

function aspectsNamed(names: readonly string[] | undefined): readonly AspectName[] {
  const unknown = names?.find((name) => !(ASPECTS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `option '--what <names>' argument '${unknown}' is invalid. Allowed are ${ASPECTS.join(", ")}.`,
    );
  return ASPECTS.filter((name) => names === undefined || names.includes(name));
}

function textsOf({ tokenizer }: LanguageModel, ids: Int32Array): string[] {
  const stream = tokenizer.stream();
  return Array.from(ids, (id) => stream.push(id));
}
