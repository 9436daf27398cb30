// The tape: the newest events, with one mark a group.

import { Tape, called, keyOf, marks } from "./tape.js";
import { attr, el, keyed, plainly, shown, text, toggle } from "./dom.js";
import { colourOf } from "./colours.js";
import { readsByTopic } from "./graph.js";
import { clock, rate } from "./words.js";

/** A card is at least this wide, rem. */
const CARD_REM = 15.5;
const PHONE_CARDS = 4;
/** More marks than this are drawn smaller; more than the other are counted in words. */
const FEW_MARKS = 5;
const MOST_MARKS = 9;

export class TapeView {
  /**
   * @param {{section: HTMLElement, cards: HTMLElement, topic: HTMLElement, note: HTMLElement,
   *   unsure: HTMLElement}} parts unsure: what the marks of what is not known mean
   * @param {{openEvent: (event: any, card: () => HTMLElement|null, closed: () => void) => void}} context
   */
  constructor({ section, cards, topic, note, unsure }, context) {
    this.section = section;
    this.unsure = unsure;
    this.cards = cards;
    this.topic = topic;
    this.note = note;
    this.context = context;
    this.tape = new Tape();
    this.rows = new Map();
    /** Why the tape stands still: pointed at, in focus, one of it is open. */
    this.holds = new Set();
    cards.addEventListener("pointerenter", () => this.hold("pointer", true));
    cards.addEventListener("pointerleave", () => this.hold("pointer", false));
    cards.addEventListener("focusin", () => this.hold("focus", true));
    cards.addEventListener("focusout", () => this.hold("focus", false));
  }

  hold(why, on) {
    if (on) this.holds.add(why);
    else this.holds.delete(why);
    this.tape.held = this.holds.size > 0;
    toggle(this.section, "held", this.tape.held);
    this.context.again();
  }

  places() {
    if (this.context.phone()) return PHONE_CARDS;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return Math.max(2, Math.floor(this.cards.clientWidth / (CARD_REM * rem)));
  }

  update(picture, now) {
    const byId = readsByTopic(picture);
    const reads = new Map(Object.entries(picture.topics).map(([id, { name }]) => [name, byId.get(id) ?? []]));
    const places = this.places();
    this.cards.style.setProperty("--places", String(places));
    const read = new Set([...reads.keys()].filter((topic) => reads.get(topic).length > 0));
    this.tape.offer(picture.events, read, places, now, picture.epoch);
    this.draw(reads, picture);
  }

  draw(reads, picture) {
    const byKey = new Map(this.tape.cards.map((event) => [keyOf(event), event]));
    const topics = new Set(this.tape.cards.map((event) => event.topic));
    keyed(this.cards, this.rows, byKey.size ? [...byKey.keys()] : ["none"], (key) =>
      key === "none" ? el("li", { class: "tape-none" }) : this.make(byKey.get(key)));
    toggle(this.cards, "mixed", topics.size > 1);
    if (!byKey.size) text(this.rows.get("none"), "No event yet. The first one appears here.");
    const unsure = [];
    for (const [key, event] of byKey) {
      const row = this.rows.get(key).firstElementChild;
      text(row.querySelector("small, time"), topics.size > 1 ? event.topic : clock(this.context.here(event.event_at ?? event.seen_at)));
      const found = marks(event, reads.get(event.topic) ?? []);
      this.mark(row.querySelector(".marks"), found);
      unsure.push(found.length <= MOST_MARKS && found.some(({ handled }) => handled === null));
    }
    shown(this.unsure, unsure.includes(true));
    const sampled = someOf(picture);
    text(this.topic, topics.size === 1 ? `on ${[...topics][0]}` : "");
    text(this.note, this.tape.held ? "held while you look at it" : sampled);
  }

  make(event) {
    const { words, named } = called(event);
    const title = el("b", {}, plainly(words));
    toggle(title, "none", !named);
    attr(title, "title", [event.type, event.key ?? event.id, event.note].filter(Boolean).join(" \u00b7 ") || null);
    const card = el(
      "button",
      { class: "tape-card", title: `${event.topic}, partition ${event.partition}, offset ${event.offset}` },
      title, el("time"), el("span", { class: "marks" }),
    );
    card.addEventListener("click", () => this.look(event, card));
    return el("li", {}, card);
  }

  /** Opens one event; the tape stands still until it is closed. */
  look(event, card) {
    const there = () => (card.isConnected ? card : this.cards.querySelector("button"));
    this.context.openEvent(event, there, () => this.hold("open", false));
    this.hold("open", true);
  }

  mark(holder, found) {
    toggle(holder, "many", found.length > FEW_MARKS);
    if (found.length > MOST_MARKS) {
      const done = found.filter((mark) => mark.handled === true).length;
      return text(holder, `${done} of ${found.length} groups`);
    }
    while (holder.childNodes.length > found.length || holder.firstChild?.nodeType === 3) holder.lastChild.remove();
    while (holder.children.length < found.length) holder.append(el("i", { class: "mark" }));
    found.forEach(({ group, colour, handled }, i) => {
      const mark = holder.children[i];
      attr(mark, "data-colour", String(colourOf(colour).slot));
      toggle(mark, "on", handled === true);
      toggle(mark, "unsure", handled === null);
      attr(mark, "title", `${group}: ${handled === null ? "not known" : handled ? "handled" : "waiting"}`);
    });
  }
}

/** What of a sampled flow is shown: "a few of 2 055 a second shown: the flow is sampled". */
export function someOf({ cluster, topics }) {
  const names = new Set(cluster.sampled ?? []);
  if (!names.size) return "";
  const rates = Object.values(topics).filter(({ name }) => names.has(name)).map((topic) => topic.rate ?? null);
  const many = rates.includes(null) || !rates.length ? "many" : `${rate(rates.reduce((sum, one) => sum + one, 0))} a second`;
  return `a few of ${many} shown: the flow is sampled`;
}
