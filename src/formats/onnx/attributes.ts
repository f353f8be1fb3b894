import { UnrolledError } from "../../errors.ts";
import type { AttributeProto, GraphProto } from "./model-proto.ts";
import type { OnnxValue } from "./value.ts";

/** The attributes of one node, read by name and kind; those that nobody read are what is not supported. */
export class Attributes {
  readonly #byName = new Map<string, AttributeProto>();
  readonly #read = new Set<string>();

  constructor(attributes: readonly AttributeProto[]) {
    for (const attribute of attributes) {
      if (this.#byName.has(attribute.name)) throw invalid(`attribute "${attribute.name}" stands there twice`);
      this.#byName.set(attribute.name, attribute);
    }
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Names that were not asked for. */
  unread(): string[] {
    return [...this.#byName.keys()].filter((name) => !this.#read.has(name));
  }

  /** Says that an attribute is known and has no effect here. */
  ignore(...names: string[]): void {
    for (const name of names) this.#read.add(name);
  }

  int(name: string, otherwise: number): number {
    return this.#value(name, "a whole number", (attribute) => attribute.int) ?? otherwise;
  }

  /** 0 or 1. */
  flag(name: string, otherwise: 0 | 1 = 0): boolean {
    const value = this.int(name, otherwise);
    if (value !== 0 && value !== 1) throw invalid(`attribute ${name} is ${value}, needed 0 or 1`);
    return value === 1;
  }

  float(name: string, otherwise: number): number {
    return this.#value(name, "a number", (attribute) => attribute.float) ?? otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#value(name, "whole numbers", (attribute) =>
      isList(attribute) ? attribute.ints : undefined,
    );
  }

  floats(name: string): readonly number[] | undefined {
    return this.#value(name, "numbers", (attribute) => (isList(attribute) ? attribute.floats : undefined));
  }

  text(name: string): string | undefined {
    return this.#value(name, "a text", (attribute) => attribute.text);
  }

  texts(name: string): readonly string[] | undefined {
    return this.#value(name, "texts", (attribute) => (isList(attribute) ? attribute.texts : undefined));
  }

  /** One of a few words. */
  choice<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
    const text = this.text(name) ?? otherwise;
    const word = words.find((known) => known === text);
    if (word === undefined)
      throw invalid(`attribute ${name} is "${text}", supported are ${words.join(", ")}`);
    return word;
  }

  tensor(name: string): OnnxValue | undefined {
    return this.#value(name, "a tensor", (attribute) => attribute.tensor);
  }

  graph(name: string): GraphProto {
    const graph = this.#value(name, "a graph", (attribute) => attribute.graph);
    if (!graph) throw invalid(`attribute ${name} is missing, needed a graph`);
    return graph;
  }

  #value<Value>(
    name: string,
    kind: string,
    pick: (attribute: AttributeProto) => Value | undefined,
  ): Value | undefined {
    const attribute = this.#byName.get(name);
    if (!attribute) return undefined;
    this.#read.add(name);
    const value = pick(attribute);
    if (value === undefined) throw invalid(`attribute ${name} is of another kind, needed ${kind}`);
    return value;
  }
}

/** Whether none of the kinds is there that are not lists. An empty list looks like any other. */
function isList({ int, float, text, tensor, graph, other }: AttributeProto): boolean {
  return [int, float, text, tensor, graph, other].every((value) => value === undefined);
}

function invalid(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", problem);
}
