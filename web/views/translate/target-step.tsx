// One step of the decoder in numbers: what it read, what it found likeliest, where it looked.
import type { WrittenReading } from "../../engine/writer-protocol.ts";
import { percentOf } from "../../figures/bars.tsx";
import { shown } from "../equations.ts";
import { type Looks, looksFrom } from "./attention-shares.ts";

export interface TargetStepProps {
  readonly written: WrittenReading;
  readonly looks: Looks;
  readonly step: number;
}

const MOST_LOOKS = 6;

export function TargetStep({ written, looks, step }: TargetStepProps) {
  const { target, likeliest, probabilities } = written;
  const before = step === 0 ? "(begin)" : target[step - 1];
  const looked = looksFrom(looks, { side: "target", step }).slice(0, MOST_LOOKS);
  return (
    <div class="card target-step">
      <h2>{`Step ${step + 1}: ${target[step]}`}</h2>
      <p>
        {`The decoder read ${JSON.stringify(before)} and found ${JSON.stringify(target[step])} ${percentOf(probabilities[step])} likely.`}
      </p>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">likeliest</th>
            <th scope="col">probability</th>
          </tr>
        </thead>
        <tbody>
          {likeliest[step].map(({ token, probability }) => (
            <tr key={token}>
              <th scope="row">{token}</th>
              <td>{shown(probability, 4)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {looked.length > 0 && (
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">looked at</th>
              <th scope="col">share α</th>
            </tr>
          </thead>
          <tbody>
            {looked.map(({ step: at, token, share }) => (
              <tr key={at}>
                <th scope="row">{token}</th>
                <td>{shown(share, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
