// FLAC, MP3 and Ogg, by packages that whoever has such files installs: WebAssembly builds of the formats' own decoders. In a page, Web Audio's
// decodeAudioData reads them.
import { requireChannels, requireSampleRate, type Sound } from "../../audio/sound.ts";
import { UnrolledError } from "../../errors.ts";
import { type ImportPackage, importPackage } from "../../import-package.ts";
import { flacSamples, isCutOgg, oggContent } from "./packed-length.ts";

/** What is called of a decoder of these packages. */
interface Decoder {
  readonly ready: Promise<void>;
  decode?(bytes: Uint8Array): Decoded | Promise<Decoded>;
  decodeFile?(bytes: Uint8Array): Decoded | Promise<Decoded>;
  free(): void;
}

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
  readonly errors?: readonly { readonly message: string }[];
}

/** The package of each ending, and its decoder's name. */
const PACKAGES: Readonly<Record<string, readonly [name: string, decoder: string]>> = {
  flac: ["@wasm-audio-decoders/flac", "FLACDecoder"],
  mp3: ["mpg123-decoder", "MPEGDecoder"],
  ogg: ["@wasm-audio-decoders/ogg-vorbis", "OggVorbisDecoder"],
  oga: ["@wasm-audio-decoders/ogg-vorbis", "OggVorbisDecoder"],
  opus: ["ogg-opus-decoder", "OggOpusDecoder"],
};

/** Endings of files that need a package. */
export const PACKED_ENDINGS: readonly string[] = Object.keys(PACKAGES);

/** The packages that read packed files, each where somebody has installed it. */
export const SOUND_PACKAGES: readonly string[] = [...new Set(Object.values(PACKAGES).map(([name]) => name))];

/** What a file of Ogg holds, by the ending whose package reads it: an .ogg need not be Vorbis. */
const HELD = { vorbis: "ogg", opus: "opus", flac: "flac" } as const;

/**
 * The sound of a packed file.
 *
 * @throws UnrolledError "invalid-file" with the line that installs the package that is missing, for a file that is cut, or for what its
 * decoder refuses
 */
export async function decodePacked(
  bytes: Uint8Array,
  ending: string,
  importing: ImportPackage = importPackage,
): Promise<Sound> {
  const held = oggContent(bytes);
  const [name, kind] = PACKAGES[held ? HELD[held] : ending];
  const found = await importing(name).catch(() => undefined);
  const Made = found?.[kind] as (new () => Decoder) | undefined;
  if (!Made)
    throw new UnrolledError("invalid-file", {
      call: "read",
      problem: `.${ending}${held ? ` with ${held} in it` : ""} needs the package ${name}: npm install ${name}`,
    });
  const invalid = (problem: string) => new UnrolledError("invalid-file", { call: "read", problem });
  const silent = `there is no sound of .${ending} in it`;
  if (bytes.length === 0) throw invalid(silent);
  if (isCutOgg(bytes)) throw invalid("it is cut: its last page is missing");
  const decoder = new Made();
  await decoder.ready;
  try {
    // Files of several frames have a method of their own where decoders tell them from pieces of a stream.
    const decoded = await (decoder.decodeFile ?? decoder.decode)?.call(decoder, bytes);
    const { channelData = [], sampleRate = 0, errors = [] } = decoded ?? {};
    if (errors.length > 0) throw invalid(`it is damaged: ${errors[0].message}`);
    const samples = channelData[0]?.length ?? 0;
    if (samples === 0) throw invalid(silent);
    const wanted = flacSamples(bytes);
    if (samples < wanted) throw invalid(`it is cut: ${samples} of ${wanted} samples are there`);
    requireSampleRate("read", "the rate", sampleRate);
    requireChannels("read", channelData);
    return { sampleRateHz: sampleRate, channels: channelData.map((channel) => Float32Array.from(channel)) };
  } catch (error) {
    throw error instanceof UnrolledError
      ? error
      : invalid(`its decoder refuses it: ${(error as Error).message}`);
  } finally {
    decoder.free();
  }
}
