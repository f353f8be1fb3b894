// One sequence with what the network says to it.

import type { TrainingSample } from "../engine/training-protocol.ts";
import { LineChart } from "../figures/line-chart.tsx";
import { withMinus } from "../figures/minus.ts";

export function SampleShown({
  sample,
  width,
}: {
  readonly sample: TrainingSample | undefined;
  readonly width: number;
}) {
  if (!sample) return null;
  return (
    <div class="card sample" data-testid="sample">
      <h2>{sample.kind === "text" ? "What it writes now" : "What it says now"}</h2>
      {sample.kind === "text" && <p class="sample-text">{sample.text}</p>}
      {sample.kind === "symbols" && <Symbols {...sample} />}
      {sample.kind === "numbers" && <Numbers {...sample} width={width - 26} />}
    </div>
  );
}

type SymbolsProps = Extract<TrainingSample, { kind: "symbols" }>;

/** Three lines of symbols, one above the other; what is wrong is marked. */
function Symbols({ inputs, targets, said }: SymbolsProps) {
  const letters = Array.from(said);
  const asked = Array.from(targets);
  const at = (step: number) => `step ${step}`;
  return (
    <div class="sample-rows">
      <span>reads</span>
      <code>{inputs}</code>
      <span>is to say</span>
      <code>{targets}</code>
      <span>says</span>
      <code>
        {letters.map((letter, step) =>
          letter === asked[step] ? (
            <span key={at(step)}>{letter}</span>
          ) : (
            <mark key={at(step)}>{letter}</mark>
          ),
        )}
      </code>
    </div>
  );
}

type NumbersProps = Extract<TrainingSample, { kind: "numbers" }> & { readonly width: number };

function Numbers({ inputs, targets, said, width }: NumbersProps) {
  const asked = Array.from(targets, (target, step) => [step + 1, target] as const).filter(
    ([, target]) => !Number.isNaN(target),
  );
  if (asked.length > 1)
    return (
      <LineChart
        title="Steps of the sequence"
        series={[
          { name: "is to say", look: "second", points: asked },
          { name: "says", look: "first", points: asked.map(([step]) => [step, said[step - 1]]) },
        ]}
        levels={[]}
        scale="linear"
        xName="steps of the sequence"
        width={width}
        height={150}
      />
    );
  const [step, target] = asked[0] ?? [1, Number.NaN];
  const features = inputs.length / targets.length;
  const marked = Array.from({ length: targets.length }, (_, t) => t).filter(
    (t) => inputs[t * features + 1] === 1,
  );
  return (
    <p class="readout">
      {marked.map((t) => withMinus(inputs[t * features].toFixed(3))).join(" + ")} ={" "}
      {withMinus(target.toFixed(3))}; it says {withMinus(said[step - 1].toFixed(3))}
    </p>
  );
}
