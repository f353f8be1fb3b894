// Every example runs as a reader would run it, on the built package, and does what its first line says.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BUILD_MS, build, temporaryFolder, unrolled } from "./cli/command.ts";
import { required } from "./required.ts";
import { runExample as example } from "./run-example.ts";
import { importsOf } from "./source-files.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const work = temporaryFolder();
const model = join(work.path, "model");

beforeAll(async () => {
  build();
  const settings = "--steps 300 --hidden-size 64 --num-layers 1 --batch-size 4 --dropout 0 --val-fraction 0";
  const trained = await unrolled(["train", "LICENSE", "--out", model, ...settings.split(" ")], root);
  expect(trained.code, trained.stderr).toBe(0);
}, BUILD_MS);
afterAll(() => work.remove());

test("an example has at most 60 lines, most have at most 40, and none imports anything but the package and files", () => {
  const files = readdirSync(join(root, "examples")).filter((file) => /\.[jt]s$/.test(file));
  let short = 0;
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const lines = readFileSync(join(root, "examples", file), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length, file).toBeLessThanOrEqual(60);
    if (lines.length <= 40) short += 1;
    const others = importsOf(`examples/${file}`).filter(
      (each) => !/^(unrolled|unrolled\/.*|node:fs)$/.test(each),
    );
    expect(others, file).toEqual([]);
  }
  expect(short).toBeGreaterThan(files.length / 2);
});

test("language model: the loss falls, and the text is recited", { tags: "long" }, async () => {
  const output = await example("language-model.ts");
  const losses = [...output.matchAll(/^step \d+: ([\d.]+) nats$/gm)].map(([, loss]) => Number(loss));
  expect(losses.length).toBe(400);
  expect(losses[0]).toBeGreaterThan(3);
  expect(losses[399]).toBeLessThan(0.5);
  expect(output.slice(output.lastIndexOf(" nats\n"))).toContain("associated documentation files");
});

test("listen: the text grows as the sound comes, and each word has its time", async () => {
  const output = await example("listen.ts");
  const texts = [...output.matchAll(/^[\d.]+ s {2}(.*)$/gm)].map(([, text]) => text);
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.at(-1)).toBe("three one four one five nine");
  expect(output.match(/^\w+: [\d.]+ to [\d.]+ s$/gm)).toHaveLength(6);
});

test("keyword: tones are told apart, and one is as it is heard", { tags: "long" }, async () => {
  const output = await example("keyword.ts");
  expect(Number(/^held out: ([\d.]+)$/m.exec(output)![1])).toBeGreaterThan(0.9);
  expect(output).toMatch(/^after 0.4\d s: fall$/m);
});

test("attention: the marked reading has most of the share, and is the answer", { tags: "long" }, async () => {
  const output = await example("attention.ts");
  expect(Number(/^new sequences: ([\d.]+)$/m.exec(output)![1])).toBeLessThan(0.05);
  expect(Number(/\(marked\): (\d+) %$/m.exec(output)![1])).toBeGreaterThan(50);
});

test("forecast: little more than the noise is left, and the sine goes on by itself", async () => {
  const output = await example("forecast.ts");
  const [, error, noise] = /mean square ([\d.]+), of which noise ([\d.]+)/.exec(output)!;
  expect(Number(error)).toBeLessThan(1.4 * Number(noise));
  const rows = [...output.matchAll(/forecast (-?[\d.]+), truth (-?[\d.]+)$/gm)];
  expect(rows.length).toBe(41);
  for (const [row, forecast, truth] of rows)
    expect(Math.abs(Number(forecast) - Number(truth)), row).toBeLessThan(0.4);
});

test("custom cell: it remembers how sequences of unequal length began", async () => {
  const output = await example("custom-cell.ts");
  const [, nats, guessing] = /^new sequences: ([\d.]+) nats, ([\d.]+) by guessing\n$/.exec(output)!;
  expect(Number(guessing)).toBe(1.386);
  expect(Number(nats)).toBeLessThan(0.1);
});

test("parallel: on all cores, an LSTM learns to add two numbers that are far apart", {
  tags: "long",
}, async () => {
  const output = await example("parallel.ts");
  const [, threads] = /, (\d+) threads?\n/.exec(output)!;
  expect(Number(threads)).toBe(availableParallelism());
  const [, times] = /\n(\d+) times below the error of guessing\n$/.exec(output)!;
  expect(Number(times)).toBeGreaterThan(20);
});

test("autoencoder: the day on which the sensor stuck is found", async () => {
  const output = await example("autoencoder.ts");
  const [, day, odd, typical] = /day (\d+) is odd: error ([\d.]+), ([\d.]+) on a day like others\n$/.exec(
    output,
  )!;
  expect(day).toBe("137");
  expect(Number(odd)).toBeGreaterThan(3 * Number(typical));
});

test("gestures: each is told from readings as they come", async () => {
  const output = await example("gestures.ts");
  expect(output).toMatch(/rest: rest\ncircle: circle\nshake: shake\n$/);
});

test("melodies: most notes are heard", { tags: "long" }, async () => {
  const output = await example("melodies.ts");
  const heard = [...output.matchAll(/played (\w+), heard (\w*)\n/g)];
  expect(heard).toHaveLength(5);
  expect(heard.filter(([, played, written]) => played === written).length).toBeGreaterThan(2);
});

test("dates: most new ones are written right, by looking back", { tags: "long" }, async () => {
  const output = await example("dates.ts");
  const [, right] = /(\d+) of 50 new dates are right\n$/.exec(output)!;
  expect(Number(right)).toBeGreaterThan(45);
});

test("sort: most new strings of digits are sorted, one step at a time", { tags: "long" }, async () => {
  const [, right] = /(\d+) of 50 new strings are sorted\n$/.exec(await example("sort.ts"))!;
  expect(Number(right)).toBeGreaterThan(40);
});

const data = fileURLToPath(new URL("../../shared/data/", import.meta.url));
const onData = (path: string) => test.runIf(required(existsSync(data + path), data + path));

onData("series")("temperatures: tomorrow is forecast better than by today", { tags: "long" }, async () => {
  const output = await example("temperatures.ts", [`${data}series/daily-min-temperatures.csv`]);
  const [, ours, naive] = /off by ([\d.]+) degrees, by ([\d.]+) as today\n$/.exec(output)!;
  expect(Number(ours)).toBeLessThan(0.93 * Number(naive));
});

onData("sst2")("sentiment: most reviews are told apart after a few epochs", { tags: "long" }, async () => {
  const output = await example("sentiment.ts", [`${data}sst2`, "_binary_sent.csv", "3"]);
  const [, percent] = /test: ([\d.]+) % of 1821 sentences\n$/.exec(output)!;
  expect(Number(percent)).toBeGreaterThan(62);
});

test("reverse: a translator writes words backwards", { tags: "long" }, async () => {
  const output = await example("reverse.ts", []);
  expect(output).toMatch(/^olleh$/m);
  expect(output).toMatch(/o looked at o/);
});

onData("wnut17")("tagger: some names are found after a few epochs", { tags: "long" }, async () => {
  const output = await example("tagger.ts", [`${data}wnut17`, "4"]);
  const scores = [...output.matchAll(/ f1 ([\d.]+)/g)].map(([, score]) => Number(score));
  expect(Math.max(...scores)).toBeGreaterThan(0.05);
});

onData("jsb-chorales")(
  "chorales: what sounds next is less and less of a surprise",
  { tags: "long" },
  async () => {
    const output = await example("chorales.ts", [`${data}jsb-chorales/jsb-chorales-quarter.json`, "4"]);
    const [, nats] = /test: ([\d.]+) nats a frame\n$/.exec(output)!;
    expect(Number(nats)).toBeLessThan(12);
  },
);

test("predict: the next word of a text that the model knows", async () => {
  const output = await example("predict.ts", [model, 'documentation files (the "Soft']);
  expect(output).toMatch(/^"w" {5} █{20,40}\n/);
  expect(output).toMatch(/\nSoftware \(\d+\.\d %\)\n/);
});

test("sessions: writers that pause, come back and fork write what they would have written anyway", async () => {
  const output = await example("sessions.ts", [model]);
  const [back, second, third, fork] = output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string);
  const alone = async (text: string, tokens: number) => {
    const options = ["--prompt", text, "--max-new-tokens", `${tokens}`, "--temperature", "0"];
    const { stdout } = await unrolled(["generate", model, ...options], root);
    return text + stdout.slice(0, tokens);
  };
  expect(back).toBe(await alone("T", 40));
  expect(second).toBe(await alone("c", 60));
  expect(third).toBe(await alone("S", 60));
  expect(fork.slice(0, 40)).toBe(second.slice(0, 40));
  expect(fork.slice(40)).toHaveLength(21);
  expect(fork[40]).toBe("p");
});

test("server: a text is continued, and a session reads on", async () => {
  const output = await example("server.ts");
  expect(output).toMatch(/^15 \[$/m);
  expect(output.match(/probability/g)).toHaveLength(3);
});

test("stream: a character that does not belong is the most surprising one", async () => {
  const output = await example("stream.ts", [model], "MIT License\n\nCopyrighN");
  const bits = output
    .trimEnd()
    .split("\n")
    .map((line) => Number(/^"(?:\\.|.)" +([\d.]+) ▒*$/.exec(line)?.[1]));
  expect(bits.length).toBe(22);
  expect(bits.indexOf(Math.max(...bits))).toBe(21);
});

test("open-safetensors: a language model of PyTorch says what it has learned", async () => {
  const output = await example("open-safetensors.ts");
  expect(output).toMatch(/^lstm\.weight_ih_l0 BF16 \[96, 6\]$/m);
  expect(output).toMatch(/\nhello world hello world \n$/);
});

test("open-pytorch: a checkpoint of an RNN that counts, once it is known to use ReLU", async () => {
  const [asked, ...lines] = (await example("open-pytorch.ts")).trimEnd().split("\n");
  expect(asked).toMatch(
    /^invalid-argument: .*give \{ nonlinearity: "tanh" \} or \{ nonlinearity: "relu" \}$/,
  );
  expect(lines).toEqual([
    "1 0 1 1 0 1: 4 ones in 6 steps",
    "a thousand more, and a zero: 1004 ones in 1007 steps",
    "from where it was kept, one more: 5 ones in 7 steps",
  ]);
});

test("open-keras: sequences of unequal lengths at once are what they are step by step", async () => {
  const [title, atOnce, stepByStep] = (await example("open-keras.ts")).split("\n");
  expect(title).toBe("keras: gru_0_input [B,T,3] to gru_0 [B,4]");
  expect(atOnce).toMatch(/^at once: {6}(-?\d\.\d{4} ?){4}$/);
  expect(stepByStep.replace("step by step: ", "")).toBe(atOnce.replace("at once:      ", ""));
});

test("open-basic-lstm: with the forget bias that TensorFlow adds it adds up, without it forgets", async () => {
  const lines = (await example("open-basic-lstm.ts")).trimEnd().split("\n");
  // Ten times tanh(0.1) + tanh(0.2) + tanh(0.3), and tanh(0.3) alone.
  expect(lines).toEqual(["forget bias 1: 1.0 3.0 5.9", "forget bias -39: 1.0 2.0 2.9"]);
});

test("open-tensorflow-js: the scores that TensorFlow.js gives", async () => {
  const rows = ["1 2 3 4: -0.4291 0.0805", "5 6 0 0: -0.3422 0.0891", "3 0 0 0: -0.2957 0.1012"];
  expect((await example("open-tensorflow-js.ts")).trimEnd().split("\n")).toEqual([...rows, ...rows]);
});

test("open-onnx: the numbers that PyTorch gives, step by step", async () => {
  const lines = (await example("open-onnx.ts")).trimEnd().split("\n");
  const expected = JSON.parse(readFileSync(join(root, "test/fixtures/examples/smoother.json"), "utf8"));
  expect(lines.slice(0, 2)).toEqual(["reads samples: float [1,time,2]", "reads h0: float [1,1,5]"]);
  expect(lines).toHaveLength(4 + expected.length);
  for (const [step, value] of expected.entries())
    expect(Math.abs(Number(lines[4 + step]) - value), `step ${step}`).toBeLessThanOrEqual(2e-6);
});
