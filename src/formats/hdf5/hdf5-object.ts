import { type Hdf5Attribute, readAttribute } from "./attribute.ts";
import { readTreeRecords } from "./b-tree-2.ts";
import { type Dataset, readDataset } from "./dataset.ts";
import { readDataspace } from "./dataspace.ts";
import { readDatatype } from "./datatype.ts";
import { readFilters } from "./filters.ts";
import { openFractalHeap } from "./fractal-heap.ts";
import type { Hdf5Reader, Hdf5Source } from "./hdf5-source.ts";
import { readLayout } from "./layout.ts";
import { readLink } from "./link.ts";
import { type HeaderMessage, MESSAGE, readObjectHeader } from "./object-header.ts";
import { readSymbolTable } from "./symbol-table.ts";
import type { Hdf5Values } from "./values.ts";

/** Trees of names: members of a group by name, attributes by name. */
const LINK_RECORDS = 5;
const ATTRIBUTE_RECORDS = 8;
const MOST_NAMES = 1 << 16;
const HEAP_ID_OF_LINK_BYTES = 7;
const HEAP_ID_OF_ATTRIBUTE_BYTES = 8;
const NAME_HASH_BYTES = 4;
const ORDER_STORED = 0x01;

/** A group or a dataset of an HDF5 file: its attributes, its members, its values. */
export class Hdf5Object {
  /** Where it stands, for errors: `/model_weights/lstm`. */
  readonly path: string;
  readonly attributes: ReadonlyMap<string, Hdf5Attribute>;
  readonly #source: Hdf5Source;
  readonly #links = new Map<string, number>();
  readonly #members = new Map<string, Hdf5Object>();
  readonly #dataset: Dataset | undefined;

  constructor(source: Hdf5Source, address: number, path: string) {
    this.path = path;
    this.#source = source;
    const messages = readObjectHeader(source, address);
    const attributes = new Map<string, Hdf5Attribute>();
    for (const message of messages) {
      const open = () => source.between(message.start, message.end, `a message of ${path}`);
      if (message.type === MESSAGE.symbolTable) readSymbolTable(source, open(), this.#links);
      if (message.type === MESSAGE.link) readLink(open(), this.#links);
      if (message.type === MESSAGE.linkInfo) readManyLinks(source, open(), this.#links);
      if (message.type === MESSAGE.attribute && !message.shared) {
        const attribute = readAttribute(source, open());
        attributes.set(attribute.name, attribute);
      }
      if (message.type === MESSAGE.attributeInfo) readManyAttributes(source, open(), attributes);
    }
    this.attributes = attributes;
    this.#dataset = readDatasetMessages(source, messages, path);
  }

  /** Names of a group's members. */
  get names(): readonly string[] {
    return [...this.#links.keys()];
  }

  get isDataset(): boolean {
    return this.#dataset !== undefined;
  }

  /** Sizes of a dataset; undefined for a group. */
  get shape(): readonly number[] | undefined {
    return this.#dataset?.shape;
  }

  /** A member of a group; undefined where there is none of that name. */
  member(name: string): Hdf5Object | undefined {
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const address = this.#links.get(name);
    if (address === undefined) return undefined;
    const member = new Hdf5Object(this.#source, address, `${this.path === "/" ? "" : this.path}/${name}`);
    this.#members.set(name, member);
    return member;
  }

  /** What a path with slashes leads to from here; undefined where it leads nowhere. */
  find(path: string): Hdf5Object | undefined {
    let found: Hdf5Object | undefined = this;
    for (const name of path.split("/")) {
      if (name !== "") found = found?.member(name);
    }
    return found;
  }

  /** All values of a dataset. */
  async read(): Promise<Hdf5Values> {
    if (this.#dataset === undefined)
      throw this.#source.reader(this.#source.bytes).invalid(`${this.path} is no dataset`);
    return readDataset(this.#source, this.#dataset, this.path);
  }
}

function readManyLinks(source: Hdf5Source, message: Hdf5Reader, links: Map<string, number>): void {
  message.version([0], "a group's links");
  if (message.u8("the flags of a group's links") & ORDER_STORED) message.skip(8, "a group's links");
  const heap = message.address("a group's links");
  const tree = message.address("the names of a group's links");
  if (heap === undefined || tree === undefined) return;
  const objectOf = openFractalHeap(source, heap);
  for (const record of readTreeRecords(source, tree, LINK_RECORDS, MOST_NAMES)) {
    record.skip(NAME_HASH_BYTES, "a link's name");
    readLink(objectOf(record.take(HEAP_ID_OF_LINK_BYTES, "a link's ID")), links);
  }
}

function readManyAttributes(
  source: Hdf5Source,
  message: Hdf5Reader,
  attributes: Map<string, Hdf5Attribute>,
): void {
  message.version([0], "an object's attributes");
  if (message.u8("the flags of an object's attributes") & ORDER_STORED)
    message.skip(2, "an object's attributes");
  const heap = message.address("an object's attributes");
  const tree = message.address("the names of an object's attributes");
  if (heap === undefined || tree === undefined) return;
  const objectOf = openFractalHeap(source, heap);
  for (const record of readTreeRecords(source, tree, ATTRIBUTE_RECORDS, MOST_NAMES)) {
    const id = record.take(HEAP_ID_OF_ATTRIBUTE_BYTES, "an attribute's ID");
    const attribute = readAttribute(source, objectOf(id));
    attributes.set(attribute.name, attribute);
  }
}

/** The dataset that messages describe; undefined where they describe none. */
function readDatasetMessages(
  source: Hdf5Source,
  messages: readonly HeaderMessage[],
  path: string,
): Dataset | undefined {
  const open = (type: number): Hdf5Reader | undefined => {
    const message = messages.find((candidate) => candidate.type === type);
    if (message === undefined) return undefined;
    const reader = source.between(message.start, message.end, `a message of ${path}`);
    if (message.shared) throw reader.invalid(`${path} shares its description with others, which is not read`);
    return reader;
  };
  const layout = open(MESSAGE.layout);
  if (layout === undefined) return undefined;
  const space = open(MESSAGE.dataspace);
  const type = open(MESSAGE.datatype);
  if (space === undefined || type === undefined)
    throw layout.invalid(`${path} is a dataset without sizes or without a type`);
  const filters = open(MESSAGE.filters);
  return {
    shape: readDataspace(space),
    type: readDatatype(type),
    layout: readLayout(layout),
    filters: filters === undefined ? [] : readFilters(filters),
  };
}
