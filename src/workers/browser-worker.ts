// The worker that trains new language models, modules on examples and tasks of the user's own. It knows no other task, so that a bundler
// that puts a worker into one file leaves them out: `browser-task-worker.ts` has them.
import { languageTask } from "../tasks/language/language-task.ts";
import { workerBody } from "./worker-body.ts";

const handle = workerBody((reply, transferred) => postMessage(reply, { transfer: transferred }), {
  language: async () => languageTask,
});
addEventListener("message", (event) => handle(event.data));
