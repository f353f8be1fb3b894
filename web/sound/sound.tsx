// A network that reads numbers: a detector of speech hears a sound, chunk by chunk, and what it keeps in memory is a matrix over time.
import { useEffect, useRef, useState } from "preact/hooks";
import type { GivenFile, Heard } from "../engine/protocol.ts";
import { elementSource } from "../export/element-source.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { plainNumbers } from "../export/inspection-table.ts";
import { csvField } from "../export/trace-table.ts";
import { HeatMap } from "../figures/heat-map.tsx";
import { LineChart } from "../figures/line-chart.tsx";
import { largest } from "../figures/matrix-image.ts";
import { useWidth } from "../figures/use-width.ts";
import { FileChoice } from "../file-choice.tsx";
import { inWords, type Page } from "../page.ts";
import { useAnswer } from "../views/answered.ts";
import { Progress } from "../views/progress.tsx";
import { Scrubber } from "../views/scrubber.tsx";
import { loudness, readSound } from "./read-sound.ts";

const RATE_HZ = 16_000;
/** From this probability on it hears speech, as its authors have it. */
const SPEECH = 0.5;
const SOUND = /\.(wav|mp3|flac|ogg|m4a|aac)$/i;

export function SoundView({ page }: { readonly page: Page }) {
  const [model, setModel] = useState<readonly GivenFile[]>();
  const [sound, setSound] = useState<{ readonly name: string; readonly samples: Float32Array }>();
  const [problem, setProblem] = useState<string>();
  const take = async (files: readonly GivenFile[]) => {
    setProblem(undefined);
    const heard = files.find(({ name }) => SOUND.test(name));
    const others = files.filter((file) => file !== heard);
    if (others.length > 0) setModel(others);
    if (!heard) return;
    try {
      setSound({ name: heard.name, samples: await readSound(heard.bytes, RATE_HZ) });
    } catch (error) {
      setProblem(inWords(error));
    }
  };
  useEffect(() => {
    if (page.given.length > 0) void take(page.given);
  }, [page.given]);
  const question = model && sound ? { files: model, samples: sound.samples } : undefined;
  const {
    answer,
    telling,
    problem: refused,
    isPending,
  } = useAnswer(page, "listen", question, [model, sound]);
  const said = problem ?? refused;
  return (
    <section class="sound" aria-label={`A sound${page.side}`}>
      <p class="note">
        Recurrent networks read numbers too. Drop a detector of speech here, such as Silero's (an ONNX file,
        github.com/snakers4/silero-vad), and a sound: every 32 milliseconds it says how likely it hears
        somebody speak, and its state goes on to the next chunk. Nothing leaves your machine.
      </p>
      <p class="controls">
        <FileChoice
          words="Choose a detector and a sound …"
          label="Choose a detector, an ONNX file, and a sound"
          accept=".onnx,audio/*,.wav"
          multiple
          onFiles={take}
        />
        <span class="quiet" data-testid="sound-files">
          {model ? model.map(({ name }) => name).join(", ") : "no detector yet"};{" "}
          {sound ? `${sound.name}, ${(sound.samples.length / RATE_HZ).toFixed(1)} s` : "no sound yet"}
        </span>
      </p>
      {said !== undefined && (
        <p class="problem" role="alert">
          {said}
        </p>
      )}
      {isPending && <Progress words="The network is listening" share={telling} />}
      {answer && sound && !isPending && <HeardSound page={page} heard={answer} samples={sound.samples} />}
    </section>
  );
}

interface HeardProps {
  readonly page: Page;
  readonly heard: Heard;
  readonly samples: Float32Array;
}

function HeardSound({ page, heard, samples }: HeardProps) {
  const { said, states, chunkSeconds } = heard;
  const { state, set } = page;
  const figure = useRef<HTMLDivElement>(null);
  const width = useWidth(figure, 960);
  const steps = said.length;
  const at = Math.min(state.at, steps - 1);
  const loud = loudness(samples, steps);
  const points = (values: Float32Array) => Array.from(values, (value, step) => [step + 1, value] as const);
  const spoken = said.reduce((count, value) => count + Number(value >= SPEECH), 0) / steps;
  return (
    <>
      <p class="readout" data-testid="heard">
        {`Step ${at + 1} of ${steps}, ${(at * chunkSeconds).toFixed(2)} s: speech with ${(100 * said[at]).toFixed(1)} %. In ${(100 * spoken).toFixed(0)} % of the chunks it hears speech.`}
      </p>
      <Scrubber {...{ at, steps }} onAt={(to) => set({ at: to })} />
      <div ref={figure}>
        <LineChart
          title="How likely it hears speech, over steps of 32 ms"
          series={[
            { name: "speech", look: "first", points: points(said) },
            { name: "loudness of the sound", look: "second", points: points(loud) },
          ]}
          levels={[{ name: "speech from here", value: SPEECH }]}
          scale="linear"
          xName="steps"
          least={[0, 1]}
          width={width}
          height={190}
        />
        {states.map(({ name, values, units }) => {
          const limit = largest(values);
          return (
            <HeatMap
              key={name}
              title={`state ${name}, ${units} units, from −${limit.toFixed(1)} to ${limit.toFixed(1)}`}
              {...{ values, units, steps, at, limit }}
              kind="diverging"
              heightPx={Math.min(256, Math.max(96, units))}
              onBrush={([step]) => set({ at: step })}
            />
          );
        })}
      </div>
      <ExportButtons
        name="sound"
        figure={elementSource(figure, {
          title: `What ${heard.name} hears`,
          subtitle: `${steps} steps of ${(1000 * chunkSeconds).toFixed(0)} ms; states below, units down`,
          scales: states.map(({ name, values }) => ({ name, kind: "diverging", limit: largest(values) })),
          keys: ({ accent, warm }) => [
            { name: "probability of speech", colour: accent },
            { name: "loudness", colour: warm },
          ],
        })}
        csv={() =>
          ["seconds,speech,loudness"]
            .concat(
              Array.from(said, (value, step) =>
                [csvField((step * chunkSeconds).toFixed(3)), value, loud[step]].join(","),
              ),
            )
            .map((row) => `${row}\r\n`)
            .join("")
        }
        json={() => plainNumbers(heard)}
        model={state.model}
      />
    </>
  );
}
