// The recovery reports, newest first.

import { attr, el, keyed, shown, svg, text, toggle } from "./dom.js";
import { colourOf } from "./colours.js";
import { mountain, told } from "./recovery.js";
import { clock } from "./words.js";

const SHOWN_MOST = 6;

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

  /** @param {Object<string, any>} reports @param {Map<string, any>} groups by name */
  update(reports, groups, now) {
    const newest = Object.values(reports).sort((a, b) => b.began_at - a.began_at).slice(0, SHOWN_MOST);
    this.reports = new Map(newest.map((report) => [report.id, report]));
    this.groups = groups;
    shown(this.none, newest.length === 0);
    keyed(this.list, this.rows, [...this.reports.keys()], (id) => this.make(id));
    this.tick(now);
  }

  make(id) {
    const line = svg("path", { class: "line" });
    const area = svg("path", { class: "area" });
    return el(
      "li", { class: "report", "data-report": id },
      el("h3", {}, el("span"), el("time")),
      svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", "aria-hidden": "true" }, area, line),
      el("p", { class: "story" }),
      el("p", { class: "verdict" }, el("strong")),
    );
  }

  tick(now) {
    for (const [id, report] of this.reports) {
      const row = this.rows.get(id);
      const words = told(report, now);
      attr(row, "data-report-state", report.state);
      attr(row, "data-colour", String(colourOf(this.groups.get(report.group)?.colour ?? 0).slot));
      text(row.querySelector("h3 span"), words.title);
      text(row.querySelector("time"), clock(this.context.here(report.began_at)));
      text(row.querySelector(".story"), words.story);
      const verdict = row.querySelector(".verdict strong");
      text(verdict, words.verdict);
      toggle(verdict, "good", words.good === true);
      toggle(verdict, "bad", words.good === false);
      const { line, area } = mountain(report, now);
      attr(row.querySelector(".line"), "d", line);
      attr(row.querySelector(".area"), "d", area);
    }
  }
}
