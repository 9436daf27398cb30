// Keyframes and deltas into the picture. Pure; the law it keeps is the server's own:
// keyframe + deltas = a fresh keyframe.

/** The newest events that a picture keeps. */
const EVENTS_KEPT = 60;

const WHOLE = ["cluster", "ledger"];
const MAPS = ["services", "topics", "groups", "edges", "lines", "commands", "reports"];

/**
 * @typedef {Object<string, any>} Entity
 * @typedef {{epoch: string, seq: number, sent_at: number, cluster: Entity, ledger: Entity,
 *   services: Object<string, Entity>, topics: Object<string, Entity>,
 *   groups: Object<string, Entity>, edges: Object<string, Entity>, lines: Object<string, Entity>,
 *   commands: Object<string, Entity>, reports: Object<string, Entity>, events: Entity[]}} Picture
 */

/** A delta that cannot follow the picture that is there: only a keyframe helps. */
export class Gap extends Error {}

/**
 * The picture after a frame. Neither argument is changed, and whatever the frame does not name is
 * the same object as before, so that `!==` finds what to draw anew.
 *
 * Entities are replaced whole, never merged, so that null always means "not known".
 *
 * @param {Picture|null} picture
 * @param {Entity} frame
 * @returns {Picture}
 * @throws {Gap} when the frame is a delta and not the next one
 */
export function apply(picture, frame) {
  if (frame.t === "key") return fromKey(frame);
  if (frame.t !== "delta") throw new Gap(`unknown frame ${String(frame.t)}`);
  if (!picture || frame.seq !== picture.seq + 1) {
    throw new Gap(`delta ${frame.seq} after ${picture ? picture.seq : "nothing"}`);
  }
  const after = { ...picture, seq: frame.seq, sent_at: frame.sent_at };
  const removed = frame.del ?? {};
  const set = frame.set ?? {};
  for (const name of MAPS) {
    if (!removed[name] && !set[name]) continue;
    const map = { ...picture[name] };
    for (const id of removed[name] ?? []) delete map[id];
    for (const [id, entity] of Object.entries(set[name] ?? {})) define(map, id, entity);
    after[name] = map;
  }
  for (const name of WHOLE) if (set[name]) after[name] = set[name];
  if (frame.events?.length) {
    after.events = [...picture.events, ...frame.events].slice(-EVENTS_KEPT);
  }
  return after;
}

/** Ids come from names that others choose: "__proto__" is a name like any other. */
function define(map, id, entity) {
  Object.defineProperty(map, id, {
    value: entity,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function fromKey(frame) {
  const { t: _kind, v: _version, ...picture } = frame;
  return picture;
}
