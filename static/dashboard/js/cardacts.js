// The buttons on a service's card: pause, resume, start, as they are offered now.

import { Fresh } from "./fresh.js";
import { attr, el } from "./dom.js";

/** What htmx sends for each button. */
const REQUESTS = {
  pause: { path: "pause", values: null },
  pause60: { path: "pause", values: '{"seconds": "60"}' },
  resume: { path: "resume", values: null },
  start: { path: "start", values: null },
  thaw: { path: "thaw", values: null },
};

const TITLES = {
  pause: (name) => `Pause ${name}: it stays in its consumer group and handles nothing`,
  pause60: (name) => `Pause ${name} for 60 seconds; then it goes on by itself`,
  resume: (name) => `Let ${name} go on where it stopped`,
  start: (name) => `Start ${name} again`,
  thaw: (name) => `Let ${name} wake, with what it had in hand`,
};

export class CardActs {
  /**
   * @param {{activate: (element: Element) => void}} context
   * @param {Object<string, (name: string) => string>} titles in place of the usual ones
   */
  constructor(context, titles = {}) {
    this.context = context;
    this.titles = { ...TITLES, ...titles };
    this.element = el("div", { class: "acts" });
    this.offered = "";
    this.fresh = new Fresh(this.element);
  }

  /**
   * Buttons are made anew only when others are offered: focus and a running request stay.
   * @param {{action: string, label: string, why: string|null, strong: boolean}[]} offered
   */
  offer(name, offered) {
    const key = JSON.stringify(offered);
    if (key === this.offered) return;
    const first = this.offered === "";
    this.offered = key;
    const focused = this.element.contains(document.activeElement);
    this.element.replaceChildren(...offered.flatMap((one) => this.button(name, one)));
    if (focused) this.element.querySelector("button")?.focus();
    this.context.activate(this.element);
    if (!first) this.fresh.settle();
  }

  button(name, { action, label, why, strong }) {
    const { path, values } = REQUESTS[action];
    const look = `button${strong ? " strong" : ""}${action === "pause60" ? " minor" : ""}`;
    const made = el("button", { class: look, type: "button", "data-action": action }, label);
    if (why !== null) {
      attr(made, "aria-disabled", "true");
      attr(made, "title", `Not possible: ${why}`);
      return [made, el("span", { class: "why", title: why }, why)];
    }
    attr(made, "title", this.titles[action](name));
    attr(made, "aria-label", action === "pause60" ? `Pause ${name} for 60 s` : `${label} ${name}`);
    attr(made, "hx-post", `/act/services/${encodeURIComponent(name)}/${path}`);
    if (values) attr(made, "hx-vals", values);
    return [made];
  }
}
