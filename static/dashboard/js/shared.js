// Where the layout has put the nodes, for everyone: the server keeps it as long as the arrangement
// lasts (dashboard/places.py), and nobody chose it. Points are left upper corners in the
// world's own px, before it is scaled and moved to fit a stage (stage.js): the same on a projector
// and on a laptop. Who may only look asks once, is refused, and places for this page alone.

/** Nodes that find their places one after the other are sent together. */
const QUIET_MS = 1000;
/** So many a request: names may be long, and the server takes 64 KB. */
const AT_ONCE = 60;
/** As many as the server keeps: beyond, places are this page's alone. */
export const SHARED_MOST = 2000;
/** A server that answers no request of so many in a row is asked no more by this page. */
export const FAILURES_MOST = 3;
const PATIENCE_MS = 3000;

/** @typedef {{x: number, y: number}} Point */

export class SharedPositions {
  /**
   * @param {string} url
   * @param {Object<string, string>} headers the token that posts need
   * @param {{learned?: (ids: string[]) => void, ask?: typeof fetch, later?: typeof setTimeout}}
   *   parts learned: the server has these nodes at other places than this page had them
   */
  constructor(url, headers, { learned, ask, later } = {}) {
    this.url = url;
    this.headers = headers;
    this.learned = learned ?? (() => {});
    this.ask = ask ?? ((...request) => fetch(...request));
    this.later = later ?? ((work, ms) => setTimeout(work, ms));
    /** @type {Map<string, Point>} */
    this.points = new Map();
    /** @type {Map<string, Point>} waiting to be sent: those that move, and those kept if free */
    this.moves = new Map();
    this.offers = new Map();
    this.timer = null;
    this.sending = false;
    this.failures = 0;
    this.refused = false;
    /** What is told belongs to it, and to no other. @type {string|null} */
    this.arrangement = null;
    /** Whether the server was asked where things stand: before that nothing is placed. */
    this.known = false;
    this.asked = 0;
  }

  /**
   * Asks where things stand, and forgets what was known of it before. Settles in any case, within
   * seconds: the page must not wait for ever to draw.
   */
  async load() {
    for (const kept of [this.points, this.moves, this.offers]) kept.clear();
    [this.known, this.arrangement, this.failures] = [false, null, 0];
    const asked = ++this.asked;
    let answer = null;
    try {
      answer = await this.request({ method: "GET" });
    } catch {
      // Without an answer everything is placed here.
    }
    if (asked !== this.asked) return;
    this.arrangement = answer?.arrangement ?? null;
    this.take(answer?.positions ?? {});
    this.known = true;
  }

  get(id) {
    return this.points.get(id) ?? null;
  }

  /**
   * Nodes that were placed without anybody's wish. What the server has already it keeps.
   * @param {Map<string, Point>} placed
   * @param {boolean} overrule all were laid out anew: those it has move too
   */
  offer(placed, overrule = false) {
    for (const [id, point] of placed) {
      const known = this.points.get(id);
      if (known && overrule && (known.x !== point.x || known.y !== point.y)) this.move(id, point);
      else if (!known && this.room) this.note(this.offers, id, point);
    }
    this.soon();
  }

  /**
   * Somebody had all laid out anew, for everyone: where others stood that are gone is forgotten.
   * @param {Map<string, Point>} placed
   */
  publish(placed) {
    this.offers.clear();
    for (const id of [...this.points.keys()]) if (!placed.has(id)) this.move(id, null);
    for (const [id, point] of placed) if (this.points.has(id) || this.room) this.move(id, point);
    this.soon();
  }

  /** What was one node is another one now, `dy` px lower. */
  pass(from, to, dy) {
    const was = this.points.get(from);
    if (!was) return;
    this.move(from, null);
    this.move(to, { x: was.x, y: was.y + dy });
    this.soon();
  }

  get room() {
    return this.points.size < SHARED_MOST;
  }

  move(id, point) {
    this.offers.delete(id);
    this.note(this.moves, id, point);
  }

  /** Noted as known before it is sent: so nothing is sent twice, whatever the answer is. */
  note(queue, id, point) {
    if (point) this.points.set(id, point);
    else this.points.delete(id);
    queue.set(id, point);
  }

  soon() {
    if (this.timer !== null || this.sending || !(this.moves.size + this.offers.size)) return;
    this.timer = this.later(() => {
      this.timer = null;
      this.send();
    }, QUIET_MS);
  }

  async send() {
    this.sending = true;
    while (this.moves.size + this.offers.size) {
      const keep = this.moves.size === 0;
      const batch = first(keep ? this.offers : this.moves, AT_ONCE);
      if (!this.refused && this.failures < FAILURES_MOST) await this.post(batch, keep);
    }
    this.sending = false;
  }

  async post(batch, keep) {
    const { arrangement } = this;
    // Without one the server did not answer, and everything is placed here.
    if (arrangement === null) return;
    const positions = Object.fromEntries(batch.map(([id, point]) => [id, point && [point.x, point.y]]));
    try {
      const answer = await this.request({ method: "POST", body: JSON.stringify({ arrangement, positions, keep }) });
      if (arrangement === this.arrangement) this.take(answer.positions);
      this.failures = 0;
    } catch {
      this.failures += 1;
    }
  }

  /**
   * @returns {Promise<{arrangement?: string, positions: Object<string, number[]>}>} positions by id;
   *   throws where there is no answer
   */
  async request(about) {
    const answer = await this.ask(this.url, {
      ...about,
      headers: { "Content-Type": "application/json", ...this.headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status >= 500) throw new Error(String(answer.status));
    // From another machine one may only look, and this page may be older than the server. That
    // another arrangement has begun meanwhile is no refusal: the page is about to hear of it.
    if (about.method === "POST" && !answer.ok && answer.status !== 409) this.refused = true;
    return answer.status === 200 ? await answer.json() : { positions: {} };
  }

  take(positions) {
    const other = [];
    for (const [id, [x, y]] of Object.entries(positions)) {
      const known = this.points.get(id);
      // What was moved here since the request went out is newer than its answer.
      if (this.moves.has(id) || (known && known.x === x && known.y === y)) continue;
      if (!known && !this.room) break;
      this.points.set(id, { x, y });
      other.push(id);
    }
    if (other.length) this.learned(other);
  }
}

function first(queue, most) {
  const batch = [...queue].slice(0, most);
  for (const [id] of batch) queue.delete(id);
  return batch;
}
