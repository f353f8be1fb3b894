// Where samples come from: the microphone, or a sound that is played in its own time.

/** Samples that arrive until somebody ends it, or there are no more. */
export interface SampleSource {
  readonly sampleRateHz: number;
  end(): void;
}

export interface SampleHandlers {
  onSamples(samples: Float32Array): void;
  /** After the last samples, unless it was ended. */
  onEnd(): void;
}

/** What the microphone hears, once the reader has allowed it. */
export async function microphone({ onSamples }: SampleHandlers): Promise<SampleSource> {
  if (!navigator.mediaDevices)
    throw new Error("This page may not use a microphone: it needs https, or localhost.");
  const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true };
  const heard = await navigator.mediaDevices.getUserMedia({ audio });
  const context = new AudioContext();
  await context.audioWorklet.addModule(new URL("./microphone-worklet.js", import.meta.url));
  const node = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
  node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onSamples(data);
  context.createMediaStreamSource(heard).connect(node);
  return {
    sampleRateHz: context.sampleRate,
    end() {
      node.port.onmessage = null;
      for (const track of heard.getTracks()) track.stop();
      void context.close();
    },
  };
}

/** How often a sound's samples are handed on. */
const PIECE_MS = 20;

/** A sound as it would come from a microphone: heard aloud, its samples handed on when their time has come. */
export function played(samples: Float32Array, sampleRateHz: number, handlers: SampleHandlers): SampleSource {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, samples.length, sampleRateHz);
  buffer.copyToChannel(Float32Array.from(samples), 0);
  const speaker = context.createBufferSource();
  speaker.buffer = buffer;
  speaker.connect(context.destination);
  speaker.start();
  const begun = performance.now();
  let given = 0;
  const timer = setInterval(() => {
    const due = Math.min(samples.length, Math.floor(((performance.now() - begun) / 1000) * sampleRateHz));
    if (due > given) handlers.onSamples(samples.slice(given, due));
    given = due;
    if (given < samples.length) return;
    end();
    handlers.onEnd();
  }, PIECE_MS);
  const end = () => {
    clearInterval(timer);
    void context.close();
  };
  return { sampleRateHz, end };
}
