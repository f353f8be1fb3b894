import { isRecord } from "../../options/field-checks.ts";
import { shown } from "../shown.ts";

/** The largest size that is believed. */
const LARGEST = 2 ** 26;

/** Why a layer cannot be read. Problems of all layers are gathered and told at once; this error leaves no reader. */
export class KerasProblem extends Error {}

/** The configuration of a layer as a file has it, which may be anything. */
export class KerasFields {
  readonly values: Readonly<Record<string, unknown>>;

  constructor(values: unknown) {
    if (!isRecord(values)) throw new KerasProblem(`its configuration is ${shown(values)}, needed an object`);
    this.values = values;
  }

  /** A field, undefined where it is missing or null. */
  get(name: string): unknown {
    const value = Object.hasOwn(this.values, name) ? this.values[name] : undefined;
    return value ?? undefined;
  }

  /** Whether a field is there, be it null. */
  has(name: string): boolean {
    return Object.hasOwn(this.values, name);
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== "boolean") throw this.#wrong(name, value, "true or false");
    return value;
  }

  text(name: string, otherwise?: string): string {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== "string") throw this.#wrong(name, value, "a text");
    return value;
  }

  number(name: string, otherwise: number): number {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.#wrong(name, value, "a number");
    return value;
  }

  /** A whole number of at least 1. */
  size(name: string, otherwise?: number): number {
    const value = this.get(name) ?? otherwise;
    if (!isSize(value)) throw this.#wrong(name, value, `a whole number from 1 to ${LARGEST}`);
    return value;
  }

  /** A size that Keras writes as a number or as a list of one. */
  onlySize(name: string, otherwise?: number): number {
    const value = this.get(name) ?? otherwise;
    const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (!isSize(only)) throw this.#wrong(name, value, `one whole number from 1 to ${LARGEST}`);
    return only;
  }

  /** Must be what it is expected to be, where it is given. */
  only(name: string, expected: string | number | boolean): void {
    const value = this.get(name) ?? expected;
    const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (only !== expected)
      throw new KerasProblem(`${name} is ${shown(value)}, but only ${shown(expected)} is read`);
  }

  #wrong(name: string, value: unknown, needed: string): KerasProblem {
    return new KerasProblem(`${name} is ${value === undefined ? "missing" : shown(value)}, needed ${needed}`);
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= LARGEST;
}
