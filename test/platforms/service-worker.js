// A service worker, which may import nothing later, answers with a model that lies beside it.
import { openModel } from "unrolled";

const opened = openModel(new URL("model/", location.href), { task: "language" });
addEventListener("message", async ({ data, source }) => {
  const answer = await opened.then(
    async (model) => ({ tokens: (await model.predict(data)).tokens }),
    ({ message }) => ({ message }),
  );
  source.postMessage(answer);
});
