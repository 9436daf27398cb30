// The one sentence about what was pressed. What the server answers is that a wish was sent;
// whether it was obeyed comes later, in a frame, and only then is it said.

import { box, el, toggle } from "./dom.js";
import { clearest, messageCorners } from "./sheetplace.js";

const SHOWN_MS = 6000;
/** Who asked twice is answered once; the words are those of dashboard/picture/commands.py. */
const REPLACED = "a newer wish replaced it";
/** Narrower than this no sentence is read. */
const LEAST_REM = 14;
/** Over these it lies last of all: what was pressed is looked at just now. */
const CARDS = ".node, .twin-card, .versus, .sheet:not([hidden])";
const OTHERS = ".tape-card, .tape-head, .tile, .holding, .stage-title, .tidy, .panel";

export class Said {
  /**
   * @param {HTMLElement} holder in the header @param {HTMLElement} stage
   * @param {HTMLElement} sheet as it opens and closes the cards on the stage move
   * @param {() => boolean} phone
   */
  constructor(holder, stage, sheet, phone) {
    this.holder = holder;
    this.stage = stage;
    this.phone = phone;
    this.timer = 0;
    this.known = null;
    // The header around it changes while it is read. A frame later: fitting it changes its size, and
    // what observes sizes must not.
    const around = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));
    // Also what stands beside it: over the page it does not feel that there is room again.
    for (const one of [...holder.parentElement.children, stage, sheet]) around.observe(one);
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.target === holder) this.linger();
    });
    // In neither case is it known here how far the request came; what is done is seen.
    document.body.addEventListener("htmx:sendError", () =>
      this.say("The server cannot be reached. If it was done all the same, the page will show it.", false));
    document.body.addEventListener("htmx:timeout", () =>
      this.say("The server has not answered within 10 s. What was asked may still be done; the page will show it.", false));
    // An answer that is no partial of ours (a page too old, a proxy) is shown as plain text.
    document.body.addEventListener("htmx:beforeSwap", (event) => {
      const { xhr } = event.detail;
      if ((xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html")) return;
      event.detail.shouldSwap = false;
      this.say(plain(xhr), false);
    });
  }

  say(sentence, done = true) {
    this.holder.replaceChildren(el("p", { class: done ? "done" : "refused" }, sentence));
    this.linger();
  }

  linger() {
    this.fit();
    this.holder.classList.remove("gone");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.holder.classList.add("gone"), SHOWN_MS);
  }

  /** In its place in the header; where that is too narrow, over the page. */
  fit() {
    const { holder } = this;
    holder.classList.remove("over");
    holder.style.inset = "";
    const sentence = holder.firstElementChild;
    sentence?.setAttribute("title", sentence.textContent);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const narrow = holder.clientWidth < LEAST_REM * rem || (sentence?.scrollHeight ?? 0) > (sentence?.clientHeight ?? 0);
    toggle(holder, "over", narrow);
    if (narrow && sentence && !this.phone()) this.lie(sentence, rem);
  }

  /** Where it hides the least. */
  lie(sentence, rem) {
    const { width: w, height: h } = sentence.getBoundingClientRect();
    const view = { w: document.documentElement.clientWidth, h: window.innerHeight };
    const corners = messageCorners({ w, h }, view, box(this.stage), rem);
    const [cards, others] = [CARDS, OTHERS].map((looked) => [...document.querySelectorAll(looked)].map(box));
    const { x, y } = clearest(corners, { w, h }, cards, others);
    this.holder.style.inset = `${y}px auto auto ${x}px`;
  }

  /** Tells the end of a command that was sent: refused, or not answered. Obeying is seen. */
  commands(commands) {
    const before = this.known;
    this.known = commands;
    if (!before || before === commands) return;
    for (const [id, command] of Object.entries(commands)) {
      if (before[id]?.state === command.state) continue;
      const why = command.reason ? `: ${command.reason}` : "";
      if (command.state === "rejected") this.say(`${command.service} refused to ${command.action}${why}`, false);
      if (command.state === "unanswered" && command.reason !== REPLACED) this.say(`${command.service} has not answered yet${why}`, false);
    }
  }
}

function plain(xhr) {
  const words = String(xhr.responseText ?? "").trim();
  return words && words.length < 300 && !words.startsWith("{")
    ? words
    : `The server refused (${xhr.status}).`;
}
