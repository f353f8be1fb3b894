import type { Module } from "../module/module.ts";

/** Runs something while a module drops nothing and adds no noise. */
export function evaluating<Result>(module: Module, body: () => Result): Result {
  const { training } = module;
  module.eval();
  try {
    return body();
  } finally {
    if (training) module.train();
  }
}
