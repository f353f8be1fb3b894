import { type ErrorText, UnrolledError } from "../../errors.ts";

/** Makes the error of what a call finds wrong. */
export type Complaint = (problem: string, advice?: ErrorText) => UnrolledError;

/** Errors that begin with a call's name. */
export function complaintOf(call: string): Complaint {
  return (problem, advice) =>
    new UnrolledError("invalid-argument", { call, problem, ...(advice === undefined ? {} : { advice }) });
}
