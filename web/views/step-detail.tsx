// One unit at one step: the cell's equations with its numbers, gate by gate, and each sum multiplied out.
import { useEffect, useState } from "preact/hooks";
import type { StepSums } from "unrolled/inspect";
import { isAborted } from "../engine/engine.ts";
import type { Reading } from "../engine/protocol.ts";
import type { SharedWeights } from "../figures/unrolled-geometry.ts";
import type { Page } from "../page.ts";
import { type Equation, equationsOf, largestProducts, shown } from "./equations.ts";
import { LayerChoice } from "./layer-choice.tsx";

export interface StepDetailProps {
  readonly page: Page;
  readonly reading: Reading;
  /** Shows weights in every copy of the network. */
  onHighlight(weights: SharedWeights | undefined): void;
}

export function StepDetail({ page, reading, onHighlight }: StepDetailProps) {
  const { engine, state, set } = page;
  const layer = Math.min(state.layer, reading.trace.layers.length - 1);
  const { hiddenSize } = reading.trace.layers[layer];
  const unit = Math.min(state.unit, hiddenSize - 1);
  const t = Math.min(state.at, reading.pieces.length - 1);
  const [found, setFound] = useState<{ sums: StepSums; unit: number }>();
  const [chosen, setChosen] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    engine.ask("step", { slot: "a", place: { t, layer, unit } }, { signal: controller.signal }).then(
      (sums) => setFound({ sums, unit }),
      (error) => {
        if (!isAborted(error)) throw error;
      },
    );
    return () => controller.abort();
  }, [engine, reading, t, layer, unit]);
  const equations = found ? equationsOf(found.sums, found.unit) : [];
  const summed =
    equations.find(({ name, sum }) => sum && name === chosen) ?? equations.find(({ sum }) => sum);
  return (
    <section
      class="card step-detail"
      aria-label={`One step${page.side}`}
      onKeyDown={({ key }) => key === "Escape" && set({ isOpen: false })}
    >
      <div class="controls">
        <h2>
          Step {t + 1}, <code>{JSON.stringify(reading.pieces[t])}</code>
        </h2>
        <LayerChoice page={page} />
        <label>
          Unit
          <input
            type="number"
            min={0}
            max={hiddenSize - 1}
            value={unit}
            onInput={({ currentTarget }) => {
              if (currentTarget.validity.valid && currentTarget.value !== "")
                set({ unit: Number(currentTarget.value) });
            }}
          />
          of 0 to {hiddenSize - 1}
        </label>
        <button type="button" onClick={() => set({ isOpen: false })}>
          Close
        </button>
      </div>
      <table class="equations numbers">
        <tbody>
          {equations.map((equation) => (
            <Line
              key={equation.name}
              equation={equation}
              isChosen={equation === summed}
              onChoose={() => setChosen(equation.name)}
            />
          ))}
        </tbody>
      </table>
      {found && summed?.sum && (
        <div class="products">
          <Products
            title={`W x for ${summed.name}`}
            names={["W_ih", "x"]}
            sum={summed.sum.input}
            {...largestProducts(summed.sum.inputWeights, found.sums.x, 8)}
            onHighlight={() => onHighlight("W_ih")}
            onLeave={() => onHighlight(undefined)}
          />
          <Products
            title={`W h for ${summed.name}`}
            names={["W_hh", "h"]}
            sum={summed.sum.recurrent}
            {...largestProducts(summed.sum.recurrentWeights, summed.sum.h, 8)}
            onHighlight={() => onHighlight("W_hh")}
            onLeave={() => onHighlight(undefined)}
          />
        </div>
      )}
    </section>
  );
}

function Line({ equation, isChosen, onChoose }: { equation: Equation; isChosen: boolean; onChoose(): void }) {
  const { name, letters, numbers, result, sum } = equation;
  return (
    <tr class={isChosen ? "chosen" : ""}>
      <th scope="row">{name}</th>
      <td>
        = {letters}
        <br />= {numbers}
      </td>
      <td data-testid={`value-${name}`}>= {shown(result)}</td>
      <td>
        {sum && (
          <button
            type="button"
            aria-pressed={isChosen}
            onClick={onChoose}
            aria-label={`Multiply out ${name}`}
          >
            multiply out
          </button>
        )}
      </td>
    </tr>
  );
}

interface ProductsProps extends ReturnType<typeof largestProducts> {
  readonly title: string;
  readonly names: readonly [string, string];
  readonly sum: number;
  onHighlight(): void;
  onLeave(): void;
}

function Products({
  title,
  names: [weights, vector],
  products,
  rest,
  restCount,
  sum,
  onHighlight,
  onLeave,
}: ProductsProps) {
  return (
    <div onPointerEnter={onHighlight} onPointerLeave={onLeave}>
      <h3>{title}</h3>
      <table class="numbers">
        <tbody>
          {products.map(({ index, weight, by, product }) => (
            <tr key={index}>
              <td>
                {weights}[{index}] × {vector}[{index}]
              </td>
              <td>
                = {shown(weight)} × {shown(by)}
              </td>
              <td>= {shown(product)}</td>
            </tr>
          ))}
          {restCount > 0 && (
            <tr>
              <td colSpan={2}>the other {restCount}</td>
              <td>{shown(rest)}</td>
            </tr>
          )}
          <tr class="total">
            <td colSpan={2}>together</td>
            <td>{shown(sum)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
