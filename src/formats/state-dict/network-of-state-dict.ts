import { naming, type UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { ActivationLayerName, Returns } from "../../networks/config.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import { shapeText } from "../../tensor/tensor.ts";
import { chainOrders, givenOrder, type PlacedPiece } from "./chain-order.ts";
import { type Complaint, complaintOf } from "./complaint.ts";
import type { KnownLayers } from "./known-layer.ts";
import { networkOfPieces } from "./network-of-pieces.ts";
import { groupsOf, type Piece } from "./piece.ts";
import { plainPiece } from "./plain-piece.ts";
import { refuseQuantised } from "./quantised-names.ts";
import { isRecurrentGroup, recurrentPiece } from "./recurrent-piece.ts";

/** What a state dictionary does not say of a network. Layers go by what their tensors' names begin with: `rnn` of `rnn.weight_ih_l0`. */
export interface StateDictNetworkOptions {
  /** What an nn.RNN uses; needed where there is one. */
  readonly nonlinearity?: "tanh" | "relu";
  /** All layers in the order they are run; needed where widths allow more than one. */
  readonly order?: readonly string[];
  /** What a matrix without a bias is, where neither its name nor its widths tell. */
  readonly kinds?: Readonly<Record<string, "embedding" | "linear">>;
  /** What is applied to the outputs of a layer; needed between two linear ones, "none" if nothing. */
  readonly activations?: Readonly<Record<string, ActivationLayerName | "none">>;
  /** Whether the last recurrent layer hands on all steps, or the last of each sequence; all if not given. */
  readonly returns?: Returns;
}

const CALL = "networkOfStateDict";
/** What wrappers of modules put before all names. */
const WRAPPERS = /^(module|_orig_mod)\./;
const MOST_LISTED = 10;

/**
 * The network that a PyTorch state dictionary holds: a chain of nn.Embedding, nn.RNN, nn.GRU, nn.LSTM (and their cells), nn.Linear and
 * nn.LayerNorm, by the names and shapes of its tensors. Sequences are [B, T, …].
 *
 * @param tensors as `readSafetensors` or `stateDictOf` gives them
 * @throws UnrolledError "invalid-argument" that lists tensors which belong to no such layer, or says which option to give where names
 * and shapes cannot decide; "shape-mismatch" that lists tensors which are missing or of another shape
 */
export function networkOfStateDict(tensors: StateDict, options: StateDictNetworkOptions = {}): NetworkData {
  return networkOfNamedTensors(tensors, options, {});
}

/** What a file says of the tensors in it. */
export interface StateDictFacts {
  /** Whether they come in the order in which the layers were made. */
  readonly inOrder?: boolean;
  readonly layers?: KnownLayers;
}

/** As `networkOfStateDict`, of a file that says more. Options go first. */
export function networkOfNamedTensors(
  tensors: StateDict,
  options: StateDictNetworkOptions,
  { inOrder = false, layers = {} }: StateDictFacts,
): NetworkData {
  const complain = complaintOf(CALL);
  refuseQuantised(tensors, complain);
  const pieces = piecesOf(withoutWrappers(tensors), options, layers, complain);
  requireKnown(pieces, options, complain);
  const placed = placedPieces(pieces, options, inOrder, complain);
  const known = Object.entries(layers).flatMap(([name, { activation }]) =>
    activation ? [[name, activation] as const] : [],
  );
  const activations = { ...Object.fromEntries(known), ...options.activations };
  return networkOfPieces(CALL, placed, { ...options, activations });
}

function withoutWrappers(tensors: StateDict): StateDict {
  let names = Object.entries(tensors);
  while (names.length > 0 && names.every(([name]) => WRAPPERS.test(name)))
    names = names.map(([name, tensor]) => [name.replace(WRAPPERS, ""), tensor]);
  return Object.fromEntries(names);
}

function piecesOf(
  tensors: StateDict,
  options: StateDictNetworkOptions,
  layers: KnownLayers,
  complain: Complaint,
): Piece[] {
  const unknown: string[] = [];
  const axes = new Set(Object.values(layers).flatMap(({ batchFirst }) => batchFirst ?? []));
  // It is what a sequence looks like from outside; a module whose layers differ turns it somewhere.
  const batchFirst = axes.size !== 1 || axes.has(true);
  const pieces: Piece[] = [];
  for (const [name, group] of groupsOf(tensors, /\./, complain)) {
    const { nonlinearity = options.nonlinearity, kind, ...known } = layers[name] ?? {};
    const piece = isRecurrentGroup(group)
      ? recurrentPiece(name, group, { ...known, nonlinearity, batchFirst }, complain)
      : plainPiece(name === "" ? "layer" : name, group, options.kinds?.[name] ?? kind, known.epsilon);
    if (piece) pieces.push(piece);
    else {
      const prefix = name === "" ? "" : `${name}.`;
      unknown.push(...Object.entries(group).map(([own, { shape }]) => `${prefix}${own} ${shapeText(shape)}`));
    }
  }
  if (unknown.length === 0 && pieces.length > 0) return pieces;
  const more = unknown.length > MOST_LISTED ? `, and ${unknown.length - MOST_LISTED} more` : "";
  const listed =
    unknown.length > 0 ? `${unknown.slice(0, MOST_LISTED).join(", ")}${more}` : "(there are none)";
  throw complain(
    `these tensors belong to no RNN, GRU, LSTM, Embedding, Linear or LayerNorm: ${listed}; build such a network by hand and leave them out here`,
  );
}

/** Options that name a layer which is not there say that something is misunderstood. */
function requireKnown(pieces: readonly Piece[], options: StateDictNetworkOptions, complain: Complaint): void {
  const names = pieces.map(({ name }) => name);
  const { order, kinds = {}, activations = {} } = options;
  const strangers = [...(order ?? []), ...Object.keys(kinds), ...Object.keys(activations)].filter(
    (name) => !names.includes(name),
  );
  if (strangers.length > 0)
    throw complain(`the options name ${strangers.join(", ")}; the layers are ${names.join(", ")}`);
  if (order && (new Set(order).size !== order.length || order.length !== names.length))
    throw complain(`order is ${order.join(", ")}, needed each of ${names.join(", ")} once`);
}

function placedPieces(
  pieces: readonly Piece[],
  { order }: StateDictNetworkOptions,
  inOrder: boolean,
  complain: Complaint,
): readonly PlacedPiece[] {
  if (order) {
    const given = order.map((name) => pieces.find((piece) => piece.name === name) as Piece);
    const placed = givenOrder(given);
    if (placed) return placed;
    throw complain(`in the order ${order.join(", ")} the widths do not agree: ${widths(given)}`);
  }
  const orders = chainOrders(pieces);
  if (inOrder && (orders === "too many" || orders.length > 1)) {
    // Widths allow several; modules are made in the order they are run, as a rule.
    const own = chainOrders(pieces, { inOrder });
    if (own.length === 1) return own[0] as readonly PlacedPiece[];
    if (own.length === 2) throw undecided(pieces, own, complain);
  }
  if (orders !== "too many" && orders.length === 1) return orders[0];
  throw undecided(pieces, orders, complain);
}

function undecided(
  pieces: readonly Piece[],
  orders: ReturnType<typeof chainOrders>,
  complain: Complaint,
): UnrolledError {
  // One that can be copied should rather be right: most networks end in a linear layer.
  const likely = typeof orders === "string" ? pieces : (orders.find(endsInLinear) ?? orders[0] ?? pieces);
  const order = { option: "order", value: likely.map(({ name }) => name) };
  const example = naming`give ${order} in the order they are run`;
  if (orders === "too many")
    return complain("there are too many layers to find their order by their widths", example);
  if (orders.length === 0)
    return complain(`the layers fit together in no order, each reading the one before it: ${widths(pieces)}`);
  const [first, second] = orders.map((order) => order.map(({ name }) => name).join(", "));
  if (first !== second) return complain(`the layers fit together both as ${first} and as ${second}`, example);
  const unclear = orders[0].filter(({ config }, index) => config.kind !== orders[1][index].config.kind);
  const { name } = unclear[0];
  return complain(
    `${name} can be an embedding or a linear layer without bias`,
    naming`give ${{ option: "kinds", value: { [name]: "embedding" }, or: ["linear"] }}`,
  );
}

function endsInLinear(placed: readonly PlacedPiece[]): boolean {
  return placed.at(-1)?.config.kind === "linear";
}

function widths(pieces: readonly Piece[]): string {
  return pieces.map(({ name, tensors }) => `${name} (${shapesIn(tensors)})`).join(", ");
}

function shapesIn(tensors: StateDict): string {
  return Object.entries(tensors)
    .slice(0, 2)
    .map(([name, { shape }]) => `${name} ${shapeText(shape)}`)
    .join(", ");
}
