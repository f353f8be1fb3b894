import { expect, test } from "vitest";
import { CLASSIFY } from "../../tasks/classify/classify-description.ts";
import { trainingJson } from "./training-json.ts";

test("the last line has what was found on the test part, where there is one", () => {
  const end = {
    type: "end",
    reason: "epochs",
    steps: 3,
    seconds: 1,
    examplesPerSecond: 9,
    evaluation: { accuracy: 0.5, macroF1: 0.4, lossNats: 0.7, calibrationError: 0.1 },
  } as const;
  const line = trainingJson({ ...end, test: { accuracy: 0.6 } }, null, "models/mood", CLASSIFY);
  expect(line).toMatchObject({ accuracy: 0.5, test: { accuracy: 0.6 }, path: "models/mood" });
  expect(trainingJson(end, null, null, CLASSIFY)).not.toHaveProperty("test");
});
