// Runs on the browser's thread of sound: hands on the microphone's samples in pieces of about 20 milliseconds.
const PIECE = 1024;

class MicrophoneProcessor extends AudioWorkletProcessor {
  #piece = new Float32Array(PIECE);
  #filled = 0;

  process([[channel]]) {
    if (channel === undefined) return true;
    for (const sample of channel) {
      this.#piece[this.#filled++] = sample;
      if (this.#filled < PIECE) continue;
      this.port.postMessage(this.#piece, [this.#piece.buffer]);
      this.#piece = new Float32Array(PIECE);
      this.#filled = 0;
    }
    return true;
  }
}

registerProcessor("microphone", MicrophoneProcessor);
