// The header: title, how many services are in which state, the connection, the rate.

import { attr, el, keyed, shown, text, toggle } from "./dom.js";
import { regraph } from "./glyphs.js";
import { ORDER, look } from "./states.js";
import { connection, current } from "./honesty.js";
import { isOff } from "./twin.js";
import { capital, rate } from "./words.js";

/** A group that reads, or cannot be read, is no service that is not running. */
const QUIET = new Set(["reading", "another kind"]);

/**
 * How many are in which state: the services, and the groups of nobody's that do not read.
 * @returns {{numbers: Map<string, number>, alarming: Set<string>}} alarming: states of groups
 *   for which events wait
 */
export function standing({ services, groups }) {
  const numbers = new Map();
  const alarming = new Set();
  const add = (state) => numbers.set(state, (numbers.get(state) ?? 0) + 1);
  for (const service of Object.values(services)) if (!isOff(service)) add(service.state);
  for (const [id, { owner, state, lag }] of Object.entries(groups)) {
    if (owner !== id || QUIET.has(state)) continue;
    add(state);
    if ((lag ?? 0) > 0) alarming.add(state);
  }
  return { numbers, alarming };
}

/** More states than this are told without their words. */
const MANY = 4;

/** The second press of a double click is none of its own. */
const DOUBLE_MS = 500;

/** Whether everything that can be paused is to stay paused, so that all can only go on. */
export function allPaused({ services }) {
  const able = Object.values(services).filter((one) => one.actions.pause === null && !isOff(one));
  return able.length > 0 && able.every((one) => one.want?.mode === "paused");
}

export class HeadView {
  /** @param {Document} page */
  constructor(page, context) {
    const by = (id) => page.getElementById(id);
    this.title = by("title");
    this.pills = by("pills");
    this.connection = by("connection");
    this.headline = by("headline");
    this.pauseAll = by("pause-all");
    this.resumeAll = by("resume-all");
    this.rightAll = by("right-all");
    this.whole = by("whole");
    this.context = context;
    this.known = new Map();
    this.fitted = null;
    this.pressed = { button: null, at: -Infinity };
    // Before htmx hears it.
    this.pauseAll.parentElement.addEventListener("click", (event) => this.once(event), true);
  }

  /** One of two buttons takes the place of the other: a double click must not press both. */
  once(event) {
    const button = [this.pauseAll, this.resumeAll].find((one) => one.contains(event.target));
    if (!button) return;
    const doubled = event.timeStamp - this.pressed.at < DOUBLE_MS && this.pressed.button !== button;
    if (doubled) event.stopImmediatePropagation();
    else this.pressed = { button, at: event.timeStamp };
  }

  update(picture) {
    const title = picture.cluster.title ?? "Flowviz";
    text(this.title, title);
    const whole = title === "Flowviz" ? title : `${title} \u00b7 Flowviz`;
    if (document.title !== whole) document.title = whole;
    this.updatePills(picture);
    this.updateHeadline(picture.cluster.headline, current(picture.cluster));
    const able = this.context.mayAct && Object.values(picture.services).some((s) => s.actions.pause === null);
    this.offer(able ? (allPaused(picture) ? this.resumeAll : this.pauseAll) : null);
    shown(this.rightAll, able);
    shown(this.whole, this.context.mayAct && picture.cluster.demo === true);
    this.fitPills();
  }

  /** Where the header has no room for their words a glyph and a number stay, and none is cut. */
  fitPills() {
    // To measure lays out the page: only where it can have become another.
    const fonts = document.fonts?.status;
    const row = this.pills.parentElement;
    const measured = [...row.children].map((one) => (one.hidden ? "" : one.textContent.replace(/\d/g, "0")));
    const now = [innerWidth, fonts, ...measured].join("|");
    if (now === this.fitted) return;
    this.fitted = now;
    toggle(this.pills, "many", this.pills.children.length > MANY);
    if (this.pills.scrollWidth > this.pills.clientWidth) toggle(this.pills, "many", true);
  }

  /** Who reached it by keys stays there. @param {HTMLElement|null} one of the two, or none */
  offer(one) {
    const other = one === this.resumeAll ? this.pauseAll : this.resumeAll;
    const here = one !== null && document.activeElement === other;
    shown(this.pauseAll, one === this.pauseAll);
    shown(this.resumeAll, one === this.resumeAll);
    if (here) one.focus();
  }

  updatePills(picture) {
    const { numbers, alarming } = standing(picture);
    // Running comes first where all is well and is never louder than a word; then the worst.
    const past = !current(picture.cluster);
    const states = ["running", ...ORDER].filter((s, i, all) => numbers.has(s) && all.indexOf(s) === i);
    keyed(this.pills, this.known, states, () =>
      el("li", {}, el("span"), el("em")));
    for (const state of states) {
      const pill = this.known.get(state);
      const seen = look(state, alarming.has(state), past);
      attr(pill, "data-tone", seen.tone);
      regraph(pill, seen.glyph);
      attr(pill, "title", `${numbers.get(state)} ${seen.word}`);
      text(pill.querySelector("span"), String(numbers.get(state)));
      text(pill.querySelector("em"), seen.word);
    }
  }

  /** @param {boolean} now false: the rate is that of a while ago, and none is known */
  updateHeadline(headline, now) {
    const known = headline?.per_second !== null && headline?.per_second !== undefined;
    shown(this.headline, known);
    if (!known) return;
    text(this.headline.querySelector("strong"), rate(now ? headline.per_second : null));
    text(this.headline.querySelector("span"), `${headline.unit} a second`);
    const where = headline.topic ? `to ${headline.topic}` : "to all topics";
    attr(this.headline, "title", `Written ${where}, on the average of the last 3 s`);
  }

  /** @param {boolean} held the picture stands still because somebody wants it to */
  updateConnection(line, cluster, held) {
    const { kind, words: truth, title } = connection(line, cluster, this.context.here);
    // A picture that is held is not live, though the line behind it is.
    const words = held ? `held by you; ${truth.replace(/^live/, "connected")}` : truth;
    attr(this.connection, "data-kind", kind);
    attr(this.connection, "title", title || null);
    text(this.connection.querySelector("span"), capital(words));
  }
}
