// Runs an example on a page's own thread and gives back what it prints.
const examples = {
  "voice-activity": () => import("../../../examples/voice-activity.ts"),
  "voice-activity-onnx": () => import("../../../examples/voice-activity-onnx.ts"),
};

/** An example's first word is the folder of the detector: where the page is. */
const argv = ["", "", "."];

async function runExample(name: keyof typeof examples): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await examples[name]();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

Object.assign(globalThis, { runExample, process: { argv } });
