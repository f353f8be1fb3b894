// Models that listen to sound while it comes, each listener by itself.
import { UnrolledError } from "../../errors.ts";
import type { Model } from "../../models/model.ts";
import type { NetworkModel } from "../../models/network-model.ts";
import { TaskModel } from "../../open/task-model.ts";
import type { HeardNow, ListeningWork } from "./protocol.ts";

/** Who hears samples, and says something of them. */
interface Listener {
  push(samples: Float32Array): HeardNow;
  /** What is left when no more samples come. */
  finish(): HeardNow;
}

const NOTHING: HeardNow = { frames: [] };

export class ServedListeners {
  readonly #model: Model;
  readonly #listeners = new Map<number, Listener>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** @throws UnrolledError for a model that does not listen, saying why, or for a listener that is not there */
  async answer(work: ListeningWork): Promise<HeardNow> {
    switch (work.kind) {
      case "listen":
        this.#listeners.set(work.listener, await listenerOf(this.#model, work.sampleRateHz));
        return NOTHING;
      case "hear": {
        const listener = this.#listeners.get(work.listener);
        if (!listener) throw new UnrolledError("aborted", "the listener has gone");
        const heard = listener.push(work.samples);
        if (!work.isLast) return heard;
        const last = listener.finish();
        return "frames" in heard && "frames" in last ? { frames: [...heard.frames, ...last.frames] } : last;
      }
      case "stop-listening":
        this.#listeners.delete(work.listener);
        return NOTHING;
    }
  }
}

async function listenerOf(model: Model, sampleRateHz: number | undefined): Promise<Listener> {
  const given = sampleRateHz === undefined ? {} : { sampleRateHz };
  if (model.task !== "transcribe") {
    if (!(model instanceof TaskModel))
      throw new UnrolledError("invalid-argument", "this model was trained for no task that listens");
    const listening = model.listen(given);
    return {
      push: (samples) => ({ frames: listening.push(samples) }),
      finish: () => ({ frames: listening.finish() }),
    };
  }
  const { recogniserSession } = await import("../../tasks/transcribe/recogniser-session.ts");
  const begin = () => recogniserSession(model as NetworkModel, given);
  let session = begin();
  return {
    push(samples) {
      session.feed(samples);
      return { text: session.text() };
    },
    finish() {
      session.finish();
      const { text, words } = session.transcript();
      session = begin();
      return { text, words: words.map(({ word, start, end }) => ({ word, start, end })) };
    },
  };
}
