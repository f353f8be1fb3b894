import type { Case } from "./case.ts";
import type { Stage } from "./stage.ts";

/** Steps, labels, classes and blank: no label, one step too few, repeats, vectors that are whole and not. */
const sizes = [
  { steps: 1, length: 0, n: 2, blank: 0 },
  { steps: 4, length: 0, n: 5, blank: 4 },
  { steps: 2, length: 2, n: 3, blank: 0 },
  { steps: 1, length: 2, n: 4, blank: 0 },
  { steps: 12, length: 5, n: 4, blank: 2 },
  { steps: 40, length: 15, n: 30, blank: 0 },
  { steps: 50, length: 17, n: 65, blank: 64 },
  { steps: 100, length: 33, n: 31, blank: 7 },
] as const;

type Size = (typeof sizes)[number];

/** Logits of all kinds, as of other losses; two classes of three are out of reach in the last kind. */
const kinds = [
  { name: "moderate", of: (random: number) => 4 * random },
  { name: "saturating", of: (random: number) => 90 * random },
  { name: "masked", of: (random: number, j: number) => (j % 3 === 1 ? Number.NEGATIVE_INFINITY : random) },
];

// Sums over hundreds of alignments, relative to numbers around a hundred.
const tolerance = { relative: 1e-5, absolute: 3e-5 };
// A place that is a thousand nats below the best of its step is known to 2⁻¹³.
const farApart = { relative: 3e-4, absolute: 3e-4 };

/** Labels from the classes that are not blank, the second of three the same as the first. */
function targetsOf({ length, n, blank }: Size): number[] {
  const classes = Array.from({ length: n }, (_, j) => j).filter((j) => j !== blank);
  return Array.from({ length }, (_, u) => classes[((u - (u % 3 === 1 ? 1 : 0)) * 5) % classes.length]);
}

function logitsOf(stage: Stage, kind: (typeof kinds)[number], rows: number, n: number): number {
  return stage.floats(
    "logits",
    Array.from({ length: rows * n }, (_, i) => kind.of(stage.random.uniformBetween(-1, 1), i % n)),
  );
}

const ctcCases: Case[] = sizes.flatMap((size) =>
  kinds.flatMap((kind): Case[] => {
    const { steps, length, n, blank } = size;
    const name = `${steps} steps, ${length} of ${n}, blank ${blank}, ${kind.name}`;
    const arrange = (stage: Stage, keep: number) => {
      // Two sequences beside one another, of which this is the first.
      const row = 2 * n;
      const logits = logitsOf(stage, kind, 2 * steps, n);
      const targets = stage.ints("targets", targetsOf(size));
      const logSums = stage.uniform("logSums", steps);
      const alphas = stage.open("alphas", (keep ? steps : 2) * (2 * length + 2));
      const room = stage.open("room", 8 * length + 7);
      return { row, logits, targets, logSums, alphas, room, blank, steps, length, n };
    };
    return [
      ...[0, 1].map(
        (keep): Case => ({
          name: `${name}${keep ? ", keep" : ""}`,
          kernel: "ctcForward",
          tolerance,
          run(stage) {
            stage.result("loss", stage.kernels.ctcForward({ ...arrange(stage, keep), keep }));
          },
        }),
      ),
      {
        name,
        kernel: "ctcBackward",
        tolerance,
        run(stage) {
          const given = arrange(stage, 1);
          const dloss = stage.floats("dloss", [0.7]);
          const dlogits = stage.uniform("dlogits", 2 * steps * n);
          stage.kernels.ctcForward({ ...given, keep: 1 });
          stage.kernels.ctcBackward({ ...given, dloss, dlogits });
        },
      },
    ];
  }),
);

const transducerCases: Case[] = sizes.flatMap((size) =>
  kinds.flatMap((kind): Case[] => {
    const { steps, length, n, blank } = size;
    const name = `${steps} steps, ${length} of ${n}, blank ${blank}, ${kind.name}`;
    const places = length + 1;
    // A place more than there are, as where another sequence is longer.
    const row = (places + 1) * n;
    const arrange = (stage: Stage) => {
      const logits = logitsOf(stage, kind, steps * (places + 1), n);
      const targets = stage.ints("targets", targetsOf(size));
      return { row, logits, targets, blank, steps, length, n };
    };
    const scoresOf = (stage: Stage) =>
      stage.floats(
        "scores",
        Array.from({ length: steps * 2 * places }, (_, i) =>
          i % (2 * places) === 2 * places - 1 ? -1e30 : stage.random.uniformBetween(-4, 0),
        ),
      );
    return [
      ...(kind.name === "masked"
        ? []
        : [
            {
              name,
              kernel: "transducerScores" as const,
              tolerance,
              run(stage: Stage) {
                const given = arrange(stage);
                const logSums = stage.uniform("logSums", steps * places);
                const scores = stage.open("scores", steps * 2 * places);
                stage.kernels.transducerScores({ ...given, logSums, scores });
                // The last place has no label.
                for (let t = 0; t < steps; t++)
                  stage.kernels.copyRows({
                    x: scores + t * 2 * places,
                    y: stage.uniform(`scores ${t}`, 2 * places - 1),
                    n: 2 * places - 1,
                  });
              },
            },
          ]),
      ...(kind.name === "moderate"
        ? [0, 1].map(
            (counted): Case => ({
              name: `${name}${counted ? ", counted" : ""}`,
              kernel: "transducerAlignments",
              tolerance,
              run(stage) {
                const scores = scoresOf(stage);
                const alphas = stage.open("alphas", (counted ? steps + 1 : 2) * (length + 2));
                const counts = counted ? stage.uniform("counts", steps * 2 * places) : 0;
                const given = { scores, alphas, counts, steps, length };
                stage.result("loss", stage.kernels.transducerAlignments(given));
              },
            }),
          )
        : []),
      {
        name,
        kernel: "transducerBackward",
        tolerance: kind.name === "saturating" ? farApart : tolerance,
        run(stage) {
          const given = arrange(stage);
          const logSums = stage.uniform("logSums", steps * places);
          const scores = stage.open("scores", steps * 2 * places);
          const alphas = stage.open("alphas", (steps + 1) * (length + 2));
          const dloss = stage.floats("dloss", [0.7]);
          const dlogits = stage.uniform("dlogits", steps * (places + 1) * n);
          stage.kernels.transducerScores({ ...given, logSums, scores });
          const loss = stage.kernels.transducerAlignments({ scores, alphas, counts: scores, steps, length });
          stage.result("loss", loss);
          stage.kernels.transducerBackward({ ...given, logSums, counts: scores, dloss, dlogits });
        },
      },
    ];
  }),
);

export const alignmentCases: readonly Case[] = [...ctcCases, ...transducerCases];
