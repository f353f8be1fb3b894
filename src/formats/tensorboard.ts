// TensorBoard's event files: TFRecords of Event messages, in the field numbers of
//   tensorboard/compat/proto/event.proto      Event: wall_time 1, step 2, file_version 3, summary 5, session_log 7; SessionLog: status 1
//   tensorboard/compat/proto/summary.proto    Summary: value 1; Value: tag 1, simple_value 2, tensor 8, metadata 9;
//                                             SummaryMetadata: plugin_data 1; PluginData: plugin_name 1
//   tensorboard/compat/proto/tensor.proto     TensorProto: dtype 1, tensor_shape 2, string_val 8
//   tensorboard/compat/proto/tensor_shape.proto  TensorShapeProto: dim 2; Dim: size 1
// (https://github.com/tensorflow/tensorboard). A file begins with a record whose file_version is "brain.Event:2".
import {
  doubleField,
  type Field,
  floatField,
  joined,
  messageField,
  readWholeField,
  textField,
  wholeField,
} from "./protobuf.ts";
import { tfRecord, tfRecordAt } from "./tf-record.ts";

const FILE_VERSION = "brain.Event:2";
const DT_STRING = 7;
const SESSION_STARTS = 1;

/** What an event says: numbers and texts by their tags. */
export interface SummaryValues {
  readonly scalars?: Readonly<Record<string, number>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** The record that every file begins with. */
export function versionRecord(timeSeconds: number): Uint8Array {
  return tfRecord(joined([doubleField(1, timeSeconds), textField(3, FILE_VERSION)]));
}

/** The record by which a reader that has seen later steps, of a run since resumed from before `step`, forgets them. */
export function sessionRecord(timeSeconds: number, step: number): Uint8Array {
  return eventRecord(timeSeconds, step, messageField(7, wholeField(1, SESSION_STARTS)));
}

/** Scalars (kept as float32) and texts (shown as Markdown) at a step. */
export function summaryRecord(timeSeconds: number, step: number, values: SummaryValues): Uint8Array {
  const scalars = Object.entries(values.scalars ?? {}).map(([tag, value]) =>
    messageField(1, textField(1, tag), floatField(2, value)),
  );
  const texts = Object.entries(values.texts ?? {}).map(([tag, text]) =>
    messageField(
      1,
      textField(1, tag),
      messageField(
        8,
        wholeField(1, DT_STRING),
        messageField(2, messageField(2, wholeField(1, 1))),
        textField(8, text),
      ),
      messageField(9, messageField(1, textField(1, "text"))),
    ),
  );
  return eventRecord(timeSeconds, step, messageField(5, ...scalars, ...texts));
}

/** How many bytes of an event file to keep so that nothing after `step` is in it, nor a record that is damaged or half written. */
export function lengthUpTo(file: Uint8Array, step: number): number {
  let end = 0;
  for (let record = tfRecordAt(file, 0); record; record = tfRecordAt(file, end)) {
    if (readWholeField(record.content, 2) > step) break;
    end = record.end;
  }
  return end;
}

function eventRecord(timeSeconds: number, step: number, content: Field): Uint8Array {
  return tfRecord(joined([doubleField(1, timeSeconds), wholeField(2, step), content]));
}
