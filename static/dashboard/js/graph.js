// The picture as boxes and lines, before anything is placed. Pure.

import { isCrew } from "./holdings.js";
import { races } from "./races.js";
import { isTwin } from "./twin.js";
import { waits } from "./tray.js";

/**
 * Design px, of a projector of 1920x1080: with the gaps of layout.js four readers above each other
 * and four columns fit it in the size in which they are written, on whatever else is open.
 */
const SIZES = {
  reader: { w: 320, h: 160 },
  source: { w: 224, h: 160 },
  group: { w: 320, h: 116 },
  chip: { w: 174, h: 76 },
  longChip: { w: 174, h: 102 },
  belt: 372,
  /** Of a topic that is written by who reads another one. */
  shortBelt: 256,
  beltHead: 76,
  strip: 90,
  /** What is told of several instances, and what a service says of itself, is a row more. */
  crew: 66,
  boast: 24,
};

/** A longer name needs two lines of a chip. */
const CHIP_LETTERS = 15;

/** So many groups have a bar of their own on one belt; the rest are counted. */
const BARS_MOST = 12;

/** @returns {{row: number, bar: number, text: number, shown: number, rest: number}} px */
export function barRows(groups) {
  const shown = Math.min(groups, BARS_MOST);
  const rest = groups - shown;
  if (groups <= 4) return { row: 42, bar: 30, text: 20, shown, rest };
  if (groups <= 8) return { row: 32, bar: 25, text: 18, shown, rest };
  return { row: 24, bar: 20, text: 15, shown, rest };
}

function beltHeight(groups) {
  const { row, shown, rest } = barRows(groups);
  return SIZES.beltHead + SIZES.strip + 8 + row * shown + (rest ? 28 : 0) + 14;
}

/**
 * @typedef {{id: string, kind: "service"|"group"|"belt"|"chip"|"unknown", name: string,
 *   entity: Object<string, any>|null, w: number, h: number}} Node
 * @typedef {{id: string, from: string, to: string, kind: "reads"|"writes", entity: any,
 *   colour: number|null}} Edge
 */

/** @returns {Map<string, Node>} in the order of the picture, which is kept while it is known */
export function nodesOf(picture) {
  const nodes = new Map();
  const readers = readersOf(picture);
  const derived = derivedOf(picture);
  for (const [id, entity] of Object.entries(picture.services)) {
    if (isTwin(entity) || waits(entity)) continue;
    nodes.set(id, { id, kind: "service", name: entity.name, entity, ...sizeOf(entity) });
  }
  for (const [id, entity] of Object.entries(picture.topics)) {
    const groups = readers.get(id) ?? 0;
    const box = groups
      ? { kind: "belt", w: derived.has(id) ? SIZES.shortBelt : SIZES.belt, h: beltHeight(groups) }
      : { kind: "chip", ...(entity.name.length > CHIP_LETTERS ? SIZES.longChip : SIZES.chip) };
    nodes.set(id, { id, name: entity.name, entity, ...box });
  }
  for (const [id, entity] of Object.entries(picture.groups)) {
    if (entity.owner !== id) continue;
    nodes.set(id, { id, kind: "group", name: entity.name, entity, ...SIZES.group });
  }
  for (const edge of Object.values(picture.edges)) {
    if (!edge.from.startsWith("u:") || nodes.has(edge.from)) continue;
    nodes.set(edge.from, {
      id: edge.from, kind: "unknown", name: "Producer", entity: null, ...SIZES.chip,
    });
  }
  return nodes;
}

function sizeOf(service) {
  if (!service.groups.length && !service.reads.length) return SIZES.source;
  const { w, h } = SIZES.reader;
  // Who is plugged in says how it caught up: the room is there from the beginning.
  if (isCrew(service)) return { w, h: h + SIZES.crew };
  return { w, h: service.on_request === true ? h + SIZES.boast : h };
}

/** Topics that somebody writes who reads others. */
function derivedOf({ edges }) {
  const all = Object.values(edges);
  const readers = new Set(all.filter((edge) => edge.kind === "reads").map((edge) => edge.to));
  return new Set(all.filter((edge) => edge.kind === "writes" && readers.has(edge.from)).map((edge) => edge.to));
}

export function topicId(topic) {
  return `t:${encodeURIComponent(topic)}`;
}

function readersOf(picture) {
  const readers = new Map();
  for (const edge of Object.values(picture.edges)) {
    if (edge.kind === "reads") readers.set(edge.from, (readers.get(edge.from) ?? 0) + 1);
  }
  return readers;
}

/** Edges whose two ends are there. @returns {Map<string, Edge>} */
export function edgesOf(picture, nodes) {
  const edges = new Map();
  const groups = new Map(Object.values(picture.groups).map((group) => [group.name, group]));
  for (const [id, entity] of Object.entries(picture.edges)) {
    if (!nodes.has(entity.from) || !nodes.has(entity.to)) continue;
    const colour = entity.kind === "reads" ? groups.get(entity.group)?.colour ?? 0 : null;
    edges.set(id, { id, from: entity.from, to: entity.to, kind: entity.kind, entity, colour });
  }
  return edges;
}

/** The groups in the order in which their services are listed, others after them. */
export function groupsInOrder(picture) {
  const rank = new Map(Object.keys(picture.services).map((id, i) => [id, i]));
  const place = (group) => rank.get(group.owner) ?? rank.size;
  return Object.values(picture.groups).sort((a, b) => place(a) - place(b) || a.colour - b.colour);
}

/**
 * The groups that read each topic, in the order of the groups: all at once, for a cluster may have
 * thousands of edges, and each topic would go through all of them.
 * @param {number|null} now server's time, ms; null: nobody asks who reads from an earlier place on
 * @returns {Map<string, {edge: any, colour: number, race: {words: string}|null}[]>} by the id of the topic
 */
export function readsByTopic(picture, now = null) {
  const racing = now === null ? new Map() : races(picture.reports, now);
  const order = groupsInOrder(picture);
  const places = new Map(order.map((group, rank) => [group.name, { rank, colour: group.colour }]));
  const reads = new Map();
  for (const edge of Object.values(picture.edges)) {
    if (edge.kind !== "reads") continue;
    const { rank, colour } = places.get(edge.group) ?? { rank: order.length, colour: 0 };
    if (!reads.has(edge.from)) reads.set(edge.from, []);
    reads.get(edge.from).push({ edge, colour: colour ?? 0, rank, race: racing.get(edge.group) ?? null });
  }
  for (const ofOne of reads.values()) ofOne.sort((a, b) => a.rank - b.rank);
  return reads;
}

/** Those of one topic. */
export function readsOf(picture, topicId) {
  return readsByTopic(picture).get(topicId) ?? [];
}
