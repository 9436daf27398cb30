// What can be done to the demonstration as a whole, in the sheet: its Kafka, and starting over.

import { Fresh } from "./fresh.js";
import { attr, el, shown, text, toggle } from "./dom.js";
import { several } from "./words.js";

const ROWS = [
  {
    action: "broker-kill",
    label: "Kill Kafka",
    does: "At once, as if the power failed (SIGKILL). Its guard starts it again; services wait, and nothing is lost.",
  },
  {
    action: "broker-restart",
    label: "Restart Kafka",
    does: "In order: it ends and starts again. Services wait some seconds.",
  },
  {
    action: "start-over",
    label: "Start over",
    does: "Everything as at the first start, in some seconds: topics, counters and recoveries are made anew.",
    asks: "Everything that was made here is deleted, for everyone who looks.",
  },
];

/** Of what is asked about, where something was dragged: it is this browser's alone. */
const DRAGGED = "Cards that you dragged stay where you put them.";

/** How Kafka is, in words. @param {Object<string, any>} cluster */
function kafkaWords({ broker, kafka, bootstrap }) {
  if (!broker) return `Kafka at ${bootstrap}`;
  const restarts = broker.restarts ? `, started again ${several(broker.restarts, "time")}` : "";
  return `Kafka ${kafka ?? ""} ${broker.phase}${restarts}`.replace(/ +/g, " ");
}

export class WholeView {
  /**
   * @param {{act: (from: Element, path: string, values: Object<string, string>) => void,
   *   own: {any: boolean}}} context
   * @param {HTMLElement} opener what stays on the page when this is closed
   * @param {() => void} done what happens now is seen in the picture, not here
   */
  constructor(context, opener, done) {
    this.context = context;
    this.opener = opener;
    this.done = done;
    this.steady = true;
    this.kafka = el("p", { class: "about-state" });
    this.rows = new Map(ROWS.map((row) => [row.action, this.make(row)]));
    this.list = el("ul", { class: "acts-list" }, ...[...this.rows.values()].map((row) => row.element));
    this.fresh = new Fresh(this.list);
    this.element = el("div", { class: "doing whole" }, this.kafka, this.list);
  }

  make({ action, label, does, asks }) {
    const press = el("button", { class: "button", type: "button", "data-press": action }, label);
    const words = el("p");
    const keep = el("button", { class: "button", type: "button", "data-press": `${action}-not` }, "Keep it");
    const sure = el("button", { class: "button danger", type: "button", "data-press": `${action}-sure` }, label);
    const control = el("div", { class: "control" }, press, keep, sure);
    const row = { does, asks, press, words, keep, sure, asking: false, why: null, element: el("li", { class: "act plain", "data-act": action }, el("b"), control, words) };
    press.addEventListener("click", () => {
      if (row.why !== null) return;
      if (asks) this.ask(row, true);
      else this.post(action);
    });
    keep.addEventListener("click", () => this.ask(row, false));
    sure.addEventListener("click", () => {
      if (row.why === null) this.post(action);
    });
    this.show(row);
    return row;
  }

  post(action) {
    this.context.act(this.opener, `/act/whole/${action}`, {});
    this.done();
  }

  /** Asks once, here, whether it is meant. */
  ask(row, asking) {
    row.asking = asking;
    this.fresh.settle();
    this.show(row);
    (asking ? row.keep : row.press).focus();
  }

  show(row) {
    const asking = row.asking && row.why === null;
    toggle(row.element, "asking", asking);
    shown(row.press, !asking);
    shown(row.keep, asking);
    shown(row.sure, asking);
    const asks = this.context.own.any ? `${row.asks} ${DRAGGED}` : row.asks;
    text(row.words, row.why ?? (asking ? asks : row.does));
    attr(row.press, "aria-disabled", row.why === null ? null : "true");
    toggle(row.element, "not", row.why !== null);
  }

  update({ cluster }) {
    text(this.kafka, kafkaWords(cluster));
    for (const [action, row] of this.rows) {
      row.why = cluster.actions?.[action] ?? null;
      this.show(row);
    }
  }
}
