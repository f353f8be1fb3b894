// A detector of speech hears a sound on the page, and says what ONNX Runtime says.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { required } from "../required.ts";
import { bytesOf } from "../shared-browser.ts";
import { DETECTOR, expectedProbabilities, furthest } from "../voice-activity/detector-files.ts";
import { type Explorer, openExplorer } from "./site.ts";

let explorer: Explorer;
beforeAll(async () => {
  explorer = await openExplorer();
});
afterAll(() => explorer?.close());

const ofDetector = (name: string) => join(DETECTOR, name);
const CHOOSE = "Choose a detector, an ONNX file, and a sound";

test.skipIf(!required(existsSync(DETECTOR), DETECTOR))(
  "every chunk's probability and state are shown (needs the shared data of Silero's detector)",
  async () => {
    const page = await explorer.open({ view: "sound", at: 3 });
    await page
      .getByLabel(CHOOSE)
      .setInputFiles([ofDetector("silero_vad_16k_op15.onnx"), ofDetector("test.wav")]);
    const heard = page.getByTestId("heard");
    const expected = expectedProbabilities();
    await expect
      .poll(() => heard.textContent())
      .toContain(`Step 4 of ${expected.length}, 0.10 s: speech with ${(100 * expected[3]).toFixed(1)} %`);
    expect(await page.locator(".sound .heat-map figcaption").allTextContents()).toEqual([
      expect.stringMatching(/^state stateN\[0\], 128 units/),
      expect.stringMatching(/^state stateN\[1\], 128 units/),
    ]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as JSON" }).click(),
    ]);
    const { said } = JSON.parse((await bytesOf(download)).toString("utf8"));
    expect(said.length).toBe(expected.length);
    expect(furthest(said, expected).difference).toBeLessThan(1e-3);
  },
);

test("files that are no detector or no sound are said to be none, and what is dropped on the view is its own", async () => {
  const page = await explorer.open({ view: "sound" });
  const files = [
    { name: "voice.wav", mimeType: "audio/wav", buffer: Buffer.from("no sound") },
    { name: "weights.safetensors", mimeType: "", buffer: Buffer.from("no model") },
  ];
  const problem = () => page.locator(".sound .problem").textContent();
  await page.getByLabel(CHOOSE).setInputFiles(files);
  await expect.poll(problem).toContain("The browser cannot read this sound");
  const wav = wavOf(new Int16Array(16_000));
  await page.getByLabel(CHOOSE).setInputFiles([{ ...files[0], buffer: wav }, files[1]]);
  await expect.poll(problem).toContain("There is no detector among these files");
  // A sound that is dropped is no mistake here.
  await page.evaluate(
    (bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(bytes)], "dropped.wav", { type: "audio/wav" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
    },
    [...wav],
  );
  await expect.poll(() => page.getByTestId("sound-files").textContent()).toContain("dropped.wav, 1.0 s");
  await expect.poll(() => page.locator(".notes .problem").count()).toBe(0);
});

/** A WAV file of one channel at 16 kHz. */
function wavOf(samples: Int16Array): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(16_000, 24);
  head.writeUInt32LE(32_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, Buffer.from(samples.buffer)]);
}
