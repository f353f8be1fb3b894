// Leaky integrators (Jaeger, Lukoševičius, Popovici & Siewert 2007): n = tanh(W x + b + U h)    h′ = h + rate∘(n − h)
import { defineCell, gateParameters, numberOption } from "unrolled/nn";

export const leakyUnits = defineCell({
  kind: "leaky-units",
  name: "leaky units",
  source: "Jaeger, Lukoševičius, Popovici & Siewert 2007",
  options: { rate: numberOption({ above: 0, atMost: 1 }, { default: 0.5, help: "of the way to n" }) },
  shape: (sizes) => ({
    gates: ["n"],
    activations: { n: "tanh" },
    states: [{ name: "h", width: sizes.hiddenSize }],
    outputSize: sizes.hiddenSize,
    recurrent: "added",
    parameters: gateParameters({ ...sizes, gates: 1 }),
  }),
  bind: (_, { rate }) => ({
    forward(step) {
      const { sums, h, size } = viewsOf(step);
      const made = step.view(step.h.made, size);
      for (let at = 0; at < size; at++) {
        const isRead = step.isRead(Math.floor(at / step.hidden));
        if (isRead) sums[at] = Math.tanh(sums[at]);
        made[at] = isRead ? h[at] + rate * (sums[at] - h[at]) : h[at];
      }
    },
    backward(step, gradients) {
      const { sums, size } = viewsOf(step);
      const dh = step.view(gradients.states.h, size);
      const dy = gradients.dy ? step.view(gradients.dy, size) : undefined;
      for (let at = 0; at < size; at++) {
        const isRead = step.isRead(Math.floor(at / step.hidden));
        const total = dh[at] + (dy?.[at] ?? 0);
        sums[at] = isRead ? total * rate * (1 - sums[at] * sums[at]) : 0;
        if (isRead) dh[at] = total * (1 - rate);
      }
    },
  }),
});

function viewsOf(step) {
  const size = step.batch * step.hidden;
  return { size, sums: step.view(step.sums, size), h: step.view(step.h.before, size) };
}

export const other = "no cell";
