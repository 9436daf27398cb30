// The recovery reports, newest first.

import { WRITTEN_AGAIN } from "./ledgerview.js";
import { compared, cutAt } from "./compared.js";
import { attr, el, keyed, shown, svg, text } from "./dom.js";
import { colourOf } from "./colours.js";
import { drawn } from "./backlog.js";
import { inOrder } from "./reportorder.js";
import { told } from "./recovery.js";
import { stalls } from "./stalled.js";
import { clock, count } from "./words.js";

/** Of both lines together. */
const SHOWN_MOST = 8;

export class ReportView {
  constructor(list, none, context) {
    this.list = list;
    this.none = none;
    this.context = context;
    this.rows = new Map();
    this.reports = new Map();
  }

  /** Whether a report changes by itself as time passes. */
  get ticks() {
    return [...this.reports.values()].some((report) => report.state !== "recovered");
  }

  /**
   * @param {Object<string, any>} reports
   * @param {Map<string, any>} groups by name
   * @param {Object<string, any>} services what one that was plugged in says of itself
   * @param {boolean} current false: lags are those of a while ago
   */
  update(reports, groups, services, now, current = true) {
    this.services = new Map(Object.values(services).map((one) => [one.name, one]));
    this.current = current;
    const newest = inOrder(reports, this.services.values()).slice(0, SHOWN_MOST);
    this.reports = new Map(newest.map(({ report }) => [report.id, report]));
    this.groups = groups;
    shown(this.none, newest.length === 0);
    keyed(this.list, this.rows, [...this.reports.keys()], (id) => this.make(id));
    for (const { report, beside } of newest) attr(this.rows.get(report.id), "data-beside", beside ? "" : null);
    this.tick(now);
  }

  make(id) {
    const line = svg("path", { class: "line" });
    const area = svg("path", { class: "area" });
    return el(
      "li", { class: "report", "data-report": id },
      el("h3", {}, el("span"), el("time")),
      // Before the story: it is what everybody waits for, and however long that is, it is seen.
      el("p", { class: "verdict" }, el("strong"), " ", el("strong"), " ", el("strong")),
      el(
        "figure", {},
        svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img" }, area, line),
        el("span", { class: "highest", "aria-hidden": "true" }),
      ),
      el("p", { class: "story" }),
    );
  }

  words(report, now) {
    const words = told(report, now, stalls(this.services.get(report.service), this.groups.get(report.group), now));
    if (report.kind !== "plug in" || report.state !== "recovered") return words;
    const service = this.services.get(report.service);
    const from = cutAt(service);
    const story = [words.story, from === null ? "" : `from ${from}, where the log begins`, compared(service)?.whole ?? ""];
    return { ...words, story: story.filter(Boolean).join(", ") };
  }

  tick(now) {
    for (const [id, report] of this.reports) {
      const row = this.rows.get(id);
      const words = this.words(report, now);
      attr(row, "data-report-state", report.state);
      const group = this.groups.get(report.group);
      // What met several groups has the colour of none.
      attr(row, "data-colour", group ? String(colourOf(group.colour).slot) : null);
      text(row.querySelector("h3 span"), words.title.replace(/(\d) (m?s|min|h)\b/g, "$1\u00a0$2"));
      text(row.querySelector("time"), clock(this.context.here(report.began_at)));
      text(row.querySelector(".story"), words.story);
      attr(row, "title", words.story || null);
      row.querySelectorAll(".verdict strong").forEach((part, i) => {
        const { words: found, tone, title } = words.verdict[i] ?? { words: "", tone: "" };
        text(part, found && i < words.verdict.length - 1 ? `${found},` : found);
        attr(part, "class", tone || null);
        attr(part, "title", title ?? (tone === "again" ? WRITTEN_AGAIN : null));
      });
      const found = drawn(report, now, this.current);
      const figure = row.querySelector("figure");
      shown(figure, found !== null);
      if (found === null) continue;
      const { line, area, peak, top, words: backlog } = found;
      attr(figure, "title", backlog);
      attr(figure.firstElementChild, "aria-label", backlog);
      // Above the highest point, and never beyond the card: at the right end it ends there.
      figure.lastElementChild.style.left = `${peak}%`;
      figure.lastElementChild.style.transform = `translate(-${peak}%, calc(${top} / 40 * var(--high)))`;
      text(figure.lastElementChild, count(report.lag_highest));
      attr(row.querySelector(".line"), "d", line);
      attr(row.querySelector(".area"), "d", area);
    }
  }
}
