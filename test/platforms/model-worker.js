// What a Worker does with a model: opens it from the files that it was deployed with and by a URL, and is refused what a Worker has not.
import { openDevice, openModel, train } from "unrolled";

/** What a call ends in. */
const failure = (call) =>
  call.then(
    () => "it ran",
    ({ code, message }) => `${code}: ${message}`,
  );

const predicted = async (source) =>
  (await (await openModel(source, { task: "language" })).predict("to ")).tokens;

/** Predictions of a model by its files and by the URL of its folder, and errors. */
export async function answers(files, url) {
  const training = train({ data: { text: "to and fro ".repeat(99) }, settings: { steps: 1 } });
  return {
    backend: (await openDevice()).backend,
    given: await predicted(files),
    fetched: await predicted(new URL(url)),
    refused: [
      await failure(openModel("models/play")),
      await failure(openDevice({ backend: "wasm-relaxed" })),
      await failure(openDevice({ backend: "native" })),
      await failure(training.next()),
    ],
  };
}
