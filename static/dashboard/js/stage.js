// The stage: nodes as HTML, edges as SVG below them, dots on a canvas above, and above these what
// is written on the edges.

import { EdgeLines } from "./edgelines.js";
import { DotCanvas } from "./dotcanvas.js";
import { ServiceCard } from "./servicecard.js";
import { TopicCard } from "./topiccard.js";
import { Placing } from "./placing.js";
import { bounds } from "./layout.js";
import { clearOf, under, viewOf } from "./stageview.js";
import { inFlowOrder, railsOf } from "./flowlist.js";
import { draggable } from "./drag.js";
import { edgesOf, nodesOf, readsByTopic } from "./graph.js";
import { colourOf } from "./colours.js";
import { attr, shown, toggle } from "./dom.js";
import { inOrder } from "./reportorder.js";
import { look } from "./states.js";
import { SPEED } from "./dots.js";
import { barHeight, standBelow, trayBox } from "./traybar.js";

/** States in which a group handles nothing: its edges stand still. */
const HELD = new Set(["paused", "stopped", "crashed", "failed", "restarting", "frozen", "no members"]);

export class Stage {
  /**
   * @param {{stage: HTMLElement, world: HTMLElement, nodes: HTMLElement, edges: SVGElement,
   *   labels: SVGElement, dots: HTMLCanvasElement, tidy: HTMLElement, tray: HTMLElement, near: HTMLElement}} parts
   *   tray: what stands below the nodes and takes room from them; near: the newest report, for phones
   */
  constructor(parts, context) {
    this.parts = parts;
    this.context = context;
    this.placing = new Placing(context.own, context.shared);
    this.lines = new EdgeLines(parts.edges, parts.labels, context);
    this.canvas = new DotCanvas(parts.dots, context.palette);
    this.cards = new Map();
    this.nodes = new Map();
    this.edges = new Map();
    this.boxes = new Map();
    this.view = { x: 0, y: 0, scale: 1 };
    this.picture = null;
    /** Up to where a sheet covers the stage, and what it is about. */
    this.covered = null;
    new ResizeObserver(() => this.arrange()).observe(parts.stage);
    draggable(parts.nodes, {
      scale: () => this.view.scale,
      at: (id) => this.boxes.get(id) ?? null,
      move: (id, point, done) => this.drag(id, point, done),
      allowed: () => !context.phone(),
    });
    parts.nodes.addEventListener("click", (event) => this.pressed(event));
    parts.tidy.addEventListener("click", () => this.tidyUp());
  }

  /** @returns {HTMLElement|null} the card of a node */
  card(id) {
    return this.cards.get(id)?.element ?? null;
  }

  /** A press on a service opens it, one on a belt opens the event that lies there. */
  pressed({ target, clientX, clientY }) {
    const id = target.closest(".node")?.dataset.id;
    const card = this.cards.get(id);
    if (!card || target.closest("button, a")) return;
    if (card.kind === "service") return this.context.openService(id);
    const topic = this.nodes.get(id).name;
    if (card.kind === "chip") return this.context.openTopic(topic, card.pressable);
    if (!card.strip) return;
    // By where it was pressed: the card as a whole has captured the pointer.
    const { left, right, top, bottom, width } = card.strip.canvas.getBoundingClientRect();
    if (clientY < top) return this.context.openTopic(topic, card.pressable);
    if (clientX < left || clientX > right || clientY > bottom) return;
    const item = card.strip.itemAt(((clientX - left) / width) * card.strip.width);
    if (item) this.context.openItem(topic, item, card.element);
  }

  /** @param {import("./decoder.js").Picture} picture @param {number} now server's time, ms */
  update(picture, now) {
    this.picture = picture;
    this.nodes = nodesOf(picture);
    this.edges = edgesOf(picture, this.nodes);
    this.boxes = this.placing.boxes(this.nodes, this.edges, this.context.now());
    this.tell();
    this.reconcile();
    this.arrange();
    this.fill(now);
    this.lines.update(this.edges, (edge) => this.heldBy(edge));
    shown(this.parts.tidy, this.context.own.any || this.placing.loose);
  }

  /** Everyone who looks sees one arrangement; a phone's list has none. */
  tell() {
    const rested = this.context.phone() ? null : this.placing.rested(this.nodes, this.context.now());
    if (rested) this.context.shared.offer(rested.placed, rested.anew);
  }

  /** Another picture: where its nodes stand is found anew. */
  layAnew() {
    this.placing.forget();
  }

  /** The server has these nodes at other places: another page was first. */
  learn(ids) {
    this.placing.learn(ids, this.nodes);
    this.context.again();
  }

  reconcile() {
    for (const [id, card] of this.cards) {
      if (this.nodes.get(id) && this.nodes.get(id).kind === card.kind) continue;
      card.element.remove();
      this.cards.delete(id);
    }
    for (const [id, node] of this.nodes) {
      if (this.cards.has(id)) continue;
      const isService = node.kind === "service" || node.kind === "group";
      const card = isService ? new ServiceCard(node, this.context) : new TopicCard(node, this.context);
      this.parts.nodes.append(card.element);
      this.cards.set(id, card);
    }
  }

  fill(now) {
    const groups = new Map(Object.values(this.picture.groups).map((g) => [g.name, g]));
    const partitions = new Map(Object.values(this.picture.topics).map((t) => [t.name, t.partitions]));
    const reads = readsByTopic(this.picture, now);
    for (const [id, card] of this.cards) {
      const node = this.nodes.get(id);
      if (node.kind === "group") card.update(node, node.entity, now, partitions);
      else if (node.kind === "service") card.update(node, groups.get(node.entity.groups[0]) ?? null, now, partitions);
      else card.update(node, reads.get(id) ?? [], this.travelTo(id));
    }
  }

  /** What ticks by itself: countdowns. */
  tick(now) {
    for (const [id, card] of this.cards) {
      const node = this.nodes.get(id);
      if (card.ticks && node) card.updateState(node.entity, node.kind === "group", now);
    }
  }

  /** ms that a dot is on its way to a topic, by its longest edge; a phone shows no dots. */
  travelTo(topic) {
    if (this.context.phone()) return 0;
    let longest = 0;
    for (const [id, edge] of this.edges) {
      if (edge.to === topic) longest = Math.max(longest, this.lines.ways.get(id)?.length ?? 0);
    }
    return (longest / SPEED) * 1000;
  }

  /** Boxes to the page, and the whole to the size of the stage. */
  arrange() {
    const phone = this.context.phone();
    this.lines.route(this.edges, this.boxes);
    if (phone) this.arrangePhone();
    else this.arrangeWorld();
    for (const card of this.cards.values()) {
      if (!card.strip) continue;
      const width = card.element.clientWidth;
      if (width) card.strip.resize(width, phone ? 1 : this.view.scale);
    }
    this.context.wake();
  }

  arrangeWorld() {
    const { stage, world, tray } = this.parts;
    const holds = bounds([...this.boxes.values(), ...this.lines.extents()]);
    const whole = { w: stage.clientWidth, h: stage.clientHeight + barHeight(stage) };
    let [room, below] = [whole, false];
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    this.view = viewOf(holds, room, rem);
    const offered = trayBox(tray, whole.h, rem);
    if (under(this.view, this.boxes.values(), offered)) {
      room = { ...whole, h: whole.h - offered.h };
      this.view = viewOf(holds, room, rem);
      below = holds.h * this.view.scale > room.h;
    }
    standBelow(stage, tray, below, rem);
    if (this.covered) {
      const about = this.covered.ids.map((id) => this.boxes.get(id)).filter(Boolean);
      const all = [...this.boxes.values(), ...this.lines.extents()];
      this.view = clearOf(this.view, holds, room, rem, about, all, this.covered.right);
    }
    const { x, y, scale } = this.view;
    world.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.parts.labels.style.transform = world.style.transform;
    for (const [id, box] of this.boxes) put(this.cards.get(id).element, box);
    const wide = Math.max(room.w, x + (holds.x + holds.w) * scale);
    const high = Math.max(room.h, y + (holds.y + holds.h) * scale);
    this.canvas.resize(wide, high, this.context.dots.size);
  }

  /**
   * A sheet opened beside a service or a topic, or closed.
   * @param {DOMRect|null} sheet @param {string|null} id of what it is about
   */
  makeWay(sheet, id = null) {
    if (!sheet && !this.covered) return;
    const { left } = this.parts.stage.getBoundingClientRect();
    const ids = [id, ...[...this.edges.values()].filter((edge) => edge.kind === "reads" && edge.to === id).map((edge) => edge.from)];
    this.covered = sheet && { right: sheet.right - left, ids };
    this.arrange();
  }

  arrangePhone() {
    standBelow(this.parts.stage, this.parts.tray, false, 1);
    const order = inFlowOrder([...this.nodes.keys()], [...this.edges.values()]);
    const rails = railsOf(order);
    order.forEach(({ id, step, parent }, i) => {
      const { element } = this.cards.get(id);
      toggle(element, "first", step === 0 && (i === 0 || parent === null && !this.hasParent(id)));
      toggle(element, "branch", parent !== null);
      listed(element, 2 * i, step, rails[i]);
    });
    // The newest report stands below the service that it is about; what disturbed all comes first.
    const newest = inOrder(this.picture?.reports ?? {}, Object.values(this.picture?.services ?? {}))[0]?.report;
    const i = order.findIndex(({ id }) => id === `s:${encodeURIComponent(newest?.service ?? "")}`);
    listed(this.parts.near, 2 * i + 1, order[i]?.step ?? 0, rails[i] ?? []);
  }

  hasParent(id) {
    return [...this.edges.values()].some((edge) => edge.to === id);
  }

  heldBy(edge) {
    if (edge.kind !== "reads") return null;
    const owner = this.nodes.get(edge.to)?.entity;
    return owner && HELD.has(owner.state) ? look(owner.state) : null;
  }

  drag(id, point, done) {
    const kept = this.placing.move(this.nodes.get(id), point);
    if (done) this.context.own.set(id, kept);
    this.boxes = this.placing.whole(this.nodes);
    this.arrange();
    if (done) shown(this.parts.tidy, true);
  }

  tidyUp() {
    this.context.own.clear();
    this.placing.tidy(this.nodes, this.edges);
    this.context.shared.publish(this.placing.common(this.nodes));
    this.boxes = this.placing.whole(this.nodes);
    this.arrange();
    shown(this.parts.tidy, false);
  }

  /** One step of everything that moves. @returns {boolean} whether there is more to come */
  draw(now) {
    let more = false;
    for (const card of this.cards.values()) if (card.strip) more = card.strip.draw(now) || more;
    if (this.context.phone() || this.context.calm()) {
      this.context.dots.clear();
      this.canvas.clear();
      return more;
    }
    const at = this.context.server(now);
    const alive = this.context.dots.advance(at, (edge) => this.lines.ways.get(edge)?.length ?? null);
    this.canvas.draw(this.context.dots, at, (edge) => this.about(edge), this.view, this.nodes.size);
    return more || alive > 0;
  }

  about(id) {
    const edge = this.edges.get(id);
    const way = this.lines.ways.get(id);
    if (!edge || !way) return null;
    const counted = this.lines.perDot(id, edge.entity.rate) === null;
    if (edge.colour === null) return { way, colour: "edge", on: "page", counted };
    const { name } = colourOf(edge.colour);
    return { way, colour: name, on: `${name}-on`, counted };
  }

  /** After a while in which nothing was drawn: nothing is on its way any more. */
  catchUp() {
    this.context.dots.clear();
    for (const card of this.cards.values()) card.strip?.catchUp();
  }

  /** Colours changed: everything on a canvas is drawn anew. */
  repaint() {
    for (const card of this.cards.values()) if (card.strip) card.strip.stale = true;
    this.context.wake();
  }
}

function put({ style }, { x, y, w, h }) {
  [style.left, style.top, style.width, style.height] = [x, y, w, h].map((px) => `${px}px`);
}

/** A place in a phone's list: how far in, and past which rails it stands. */
function listed(element, order, step, [near, far]) {
  element.style.order = String(order);
  element.style.setProperty("--step", String(step));
  toggle(element, "passed", near !== undefined);
  element.style.setProperty("--rail", String(near ?? 0));
  element.style.setProperty("--far", String(far === undefined ? 0 : far - near));
}
