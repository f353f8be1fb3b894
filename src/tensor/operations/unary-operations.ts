/** The numbers by which the kernels `unary` and `unaryBackward` know a function. */
export const unaryOperations = {
  identity: 0,
  exp: 1,
  tanh: 2,
  logistic: 3,
  relu: 4,
  log: 5,
  squareRoot: 6,
  negation: 7,
  square: 8,
  reciprocal: 9,
  absolute: 10,
} as const;
