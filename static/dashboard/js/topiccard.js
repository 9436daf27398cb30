// A topic: a belt where groups read it, a chip where nobody does.

import { attr, el, keyed, name, text, toggle } from "./dom.js";
import { BeltStrip } from "./beltstrip.js";
import { bar } from "./belts.js";
import { barRows } from "./graph.js";
import { colourOf } from "./colours.js";
import { clock, count, several } from "./words.js";

/** About the width of a digit of a bar's name, in parts of its size. */
const GLYPH_SHARE = 0.6;

/** Events that a reader which keeps up may have waiting. */
const AT_WORK = 3;
/** px around a name and what is told beside it. */
const BESIDE_NAME = 34;

const HOW = {
  sampled: "Sampled: more events come than can be shown one by one, so only some are; all are counted",
  compacted: "Compacted: of each key Kafka keeps the newest event; gone ones are counted too",
};

/** Who wrote what nobody signed is drawn like a topic that nobody reads. */
const SHAPES = { belt: "belt", chip: "chip", unknown: "chip unknown" };

export class TopicCard {
  constructor(node, context) {
    this.context = context;
    this.kind = node.kind;
    this.name = el("h2", { class: "name" });
    this.number = el("strong");
    this.unit = el("span");
    this.count = el("p", { class: "count" }, this.number, " ", this.unit);
    this.element = el("article", { class: `node ${SHAPES[node.kind]}`, "data-id": node.id });
    if (node.kind === "belt") this.makeBelt();
    else this.element.append(this.name, this.count);
    /** What opens the newest events; nobody knows those of an unknown producer. */
    this.pressable = node.kind === "belt" ? this.head : node.kind === "chip" ? this.element : null;
    if (this.pressable) this.listens(node.name);
  }

  /** By keys as by the mouse, for which the stage listens. */
  listens(topic) {
    const about = { role: "button", tabindex: "0", "aria-haspopup": "dialog", "aria-label": `Newest events of ${topic}`, title: `Press to see the newest events of ${topic}` };
    for (const [name, value] of Object.entries(about)) attr(this.pressable, name, value);
    this.pressable.addEventListener("keydown", (event) => {
      if (event.target !== this.pressable || (event.code !== "Enter" && event.code !== "Space")) return;
      event.preventDefault();
      event.stopPropagation();
      this.context.openTopic(topic, this.pressable);
    });
  }

  makeBelt() {
    const canvas = el("canvas", { class: "strip", "aria-hidden": "true" });
    this.strip = new BeltStrip(canvas, this.context);
    this.bars = el("ul", { class: "bars" });
    this.rows = new Map();
    /** @type {WeakMap<HTMLElement, [number, number|null]>} what the label of each bar goes by */
    this.labelled = new WeakMap();
    this.head = el("div", { class: "topic-head" }, this.name, this.count);
    this.element.append(this.head, canvas, this.bars);
  }

  /** @param {{edge: any, colour: number}[]} reads */
  update(node, reads, travelMs) {
    const topic = node.entity;
    if (topic) {
      attr(this.element, "data-topic", topic.name);
      const what = topic.events === 1 ? "event" : "events";
      const how = topic.sampled ? "sampled" : topic.compacted ? "compacted" : "";
      // A chip has no room for both words.
      const short = how && node.kind === "chip";
      text(this.number, `${count(topic.events)}${short ? "," : ""}`);
      text(this.unit, short ? how : [what, how].filter(Boolean).join(", "));
      attr(this.count, "title", HOW[how] ?? null);
    } else {
      text(this.unit, "not known");
    }
    if (this.strip) text(this.name, node.name);
    else name(this.name, node.name);
    attr(this.name, "title", node.name);
    if (this.strip) {
      this.strip.update(topic.items, reads, travelMs, topic.events);
      this.updateBars(reads);
    }
  }

  updateBars(reads) {
    const { row, bar: thick, text: size, shown, rest } = barRows(reads.length);
    this.bars.style.setProperty("--row", `${row}px`);
    this.bars.style.setProperty("--bar", `${thick}px`);
    this.bars.style.setProperty("--bar-text", `${size}px`);
    const seen = reads.slice(0, shown);
    const keys = seen.map(({ edge }) => edge.group);
    keyed(this.bars, this.rows, rest ? [...keys, ""] : keys, (key) =>
      key ? this.makeBar() : el("li", { class: "rest" }));
    if (rest) text(this.rows.get(""), `and ${rest} more groups`);
    const width = this.strip.width;
    for (const { edge, colour, race } of seen) this.updateBar(edge, colour, size, width, race?.words ?? "");
  }

  makeBar() {
    const solid = el("i");
    const item = el("li", {}, solid, el("span", {}, el("b"), el("em")));
    solid.addEventListener("transitionend", () => this.label(item, ...this.labelled.get(item)));
    return item;
  }

  /** @param {string} raced how soon it has caught up, where it has only just */
  updateBar(edge, colour, size, width, raced) {
    const item = this.rows.get(edge.group);
    const [solid, label] = item.children;
    const [group, more] = label.children;
    const { slot, repeat } = colourOf(colour);
    attr(item, "data-colour", String(slot));
    toggle(solid, "repeat", repeat);
    text(group, edge.group);
    const { px, over } = edge.lag === null ? { px: 0, over: 0 } : bar(edge.lag, width);
    solid.style.transform = `translateX(${px}px)`;
    const needs = edge.group.length * size * GLYPH_SHARE + 90;
    this.label(item, px, px > needs || px >= width ? Math.min(needs, width) : null);
    // Where it stood when that was last known, and no number of it: nobody knows it now.
    const until = this.context.knownUntil();
    toggle(item, "past", until !== null);
    // The number that stands on the group's own card, where it reads no other topic.
    // A reader at work stands up to so far back from time to time: what is told does not flicker.
    const room = width - Math.max(px, bar(AT_WORK, width).px) - BESIDE_NAME;
    const told = raced && over === 0 && until === null && written(this.strip.pen, edge.group + raced, size) < room;
    toggle(item, "raced", Boolean(told));
    text(more, over > 0 && until === null ? behind(edge) : told ? raced : "");
    const since = until === null ? "" : `, as of ${clock(this.context.here(until))}`;
    attr(item, "title", edge.lag === null
      ? `${edge.group}: ${edge.why ?? "lag not known"}`
      : `${edge.group}: ${edge.at_least ? "at least " : ""}${several(edge.lag, "event")} behind${over > 0 ? `, ${count(over)} more than there is room for on the belt` : ""}${since}`);
  }

  /**
   * On its bar or at the end of it. Bars move, so it goes by what is drawn: it is written on a bar
   * only once that is below all of it, and leaves from where the bar ends.
   * @param {number} px to where the bar goes
   * @param {number|null} from px that the bar must have below it; null: at its end
   */
  label(item, px, from) {
    this.labelled.set(item, [px, from]);
    const [solid, label] = item.children;
    const was = item.classList.contains("inside");
    const inside = from !== null && (was || drawn(solid) >= from - 1);
    if (was && !inside) {
      label.style.transition = "none";
      label.style.transform = `translateX(${drawn(solid)}px)`;
    }
    toggle(item, "inside", inside);
    label.style.width = inside ? `${px}px` : "";
    if (was && !inside) {
      getComputedStyle(label).getPropertyValue("transform"); // it is there before it goes on
      label.style.transition = "";
    }
    label.style.transform = inside ? "" : `translateX(${px}px)`;
  }
}

/** How wide that is on a bar, px. @param {CanvasRenderingContext2D} pen @param {number} size px */
function written(pen, words, size) {
  pen.font = `600 ${size}px Inter, sans-serif`;
  return pen.measureText(words).width;
}

/** How far a bar is drawn just now, px; on its way to where it was sent. */
function drawn(bar) {
  return new DOMMatrix(getComputedStyle(bar).transform).m41;
}

const behind = ({ lag, at_least: least }) => `${least ? "\u2265" : ""}${count(lag)} behind`;
