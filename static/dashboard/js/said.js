// The one sentence about what was pressed. What the server answers is that a wish was sent;
// whether it was obeyed comes later, in a frame, and only then is it said.

import { el, toggle } from "./dom.js";

const SHOWN_MS = 6000;
/** Narrower than this no sentence is read. */
const LEAST_REM = 14;

export class Said {
  constructor(holder) {
    this.holder = holder;
    this.timer = 0;
    this.known = null;
    // The header around it changes while it is read. A frame later: fitting it changes its size, and
    // what observes sizes must not.
    new ResizeObserver(() => requestAnimationFrame(() => this.fit())).observe(holder);
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
    const sentence = holder.firstElementChild;
    sentence?.setAttribute("title", sentence.textContent);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const narrow = holder.clientWidth < LEAST_REM * rem || (sentence?.scrollHeight ?? 0) > (sentence?.clientHeight ?? 0);
    toggle(holder, "over", narrow);
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
      if (command.state === "unanswered") this.say(`${command.service} has not answered yet${why}`, false);
    }
  }
}

function plain(xhr) {
  const words = String(xhr.responseText ?? "").trim();
  return words && words.length < 300 && !words.startsWith("{")
    ? words
    : `The server refused (${xhr.status}).`;
}
