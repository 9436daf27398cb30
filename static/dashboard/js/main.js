// Joins the parts: frames come in by the line, become a picture, and the picture is drawn.

import { apply, Gap } from "./decoder.js";
import { Below } from "./below.js";
import { ChartView } from "./chartview.js";
import { Dots, departures } from "./dots.js";
import { HeadView } from "./headview.js";
import { LedgerView } from "./ledgerview.js";
import { Line, socketUrl } from "./line.js";
import { Loop } from "./loop.js";
import { Openings } from "./openings.js";
import { OwnPositions, storage } from "./positions.js";
import { Palette, attr, shown, text } from "./dom.js";
import { ReportView } from "./reportview.js";
import { catchingUp } from "./recovery.js";
import { stalledGroups } from "./stalled.js";
import { Said } from "./said.js";
import { SharedPositions } from "./shared.js";
import { ServerClock } from "./clock.js";
import { Sheet } from "./sheet.js";
import { Stage } from "./stage.js";
import { Tray } from "./tray.js";
import { TapeView } from "./tapeview.js";
import { TwinView } from "./twinview.js";
import { clock as wallClock } from "./words.js";
import { groupsInOrder } from "./graph.js";
import { current, emptiness, unknownTo } from "./honesty.js";
import { foldedAtFirst, keepFolded, themed } from "./theme.js";
import { heardUntil, isCut, knownUntil, unheard, unknown } from "./unheard.js";

/** Countdowns and a waiting tape are looked at so often. */
const TICK_MS = 250;
/** How long the server may take to tell the lag of the last two minutes. */
const RECALL_MS = 5000;
/** Below this width the page is laid out for phones; the same as in phone.css. */
const PHONE = "(max-width: 760px)";

const by = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia(PHONE);
const serverClock = new ServerClock();
const palette = new Palette();
const dots = new Dots();
const shared = new SharedPositions(document.body.dataset.positions, token(), {
  learned: (ids) => stage.learn(ids),
});

/** @type {import("./decoder.js").Picture|null} the newest; what is shown may be held */
let picture = null;
let heldAt = 0;
/** The server's instant that a held picture shows, however its clock and ours go on. */
let stoodAt = null;
let drawing = false;
let chartDue = true;

/** The animation loop's clock. */
const now = () => performance.timeOrigin + performance.now();
const serverNow = () => serverClock.at(Date.now());
/** The server's instant since when it is not heard; null: it is. */
const cutAt = () => (isCut(line.state) ? serverClock.at(line.state.since) : null);

const context = {
  palette,
  dots,
  now,
  own: new OwnPositions(storage(), document.body.dataset.stage),
  shared,
  mayAct: document.body.dataset.acts !== "no",
  refused: document.body.dataset.refused ?? "",
  looks: document.body.dataset.looks ?? "",
  calm: () => calm.matches,
  phone: () => phone.matches,
  api: document.body.dataset.api,
  here: (at) => serverClock.here(at),
  serverNow,
  server: (at) => stoodAt ?? serverClock.at(Date.now() - now() + at),
  wake: () => loop.wake(),
  again: () => redraw(),
  knownUntil: () => (picture ? knownUntil(picture.cluster, cutAt()) : null),
  activate: (element) => window.htmx?.process(element),
  act: (from, path, values) => window.htmx?.ajax("POST", path, { source: from, target: "#said", values }),
  openService: (id) => openings.service(id),
  /** What is open holds more than it did: where it stood there may be no room for it. */
  grown: () => sheet.place(),
  openTopic: (topic, card) => openings.topic(topic, () => card),
  openItem: (topic, [partition, offset], card) =>
    openings.event({ topic, partition, offset }, () => card, ["right", "left", "below"], () => {}),
  openEvent: (event, card, closed) =>
    openings.event(event, card, ["above", "right", "left"], closed),
};

const loop = new Loop((at) => stage.draw(at));
const stage = new Stage(
  { stage: by("stage"), world: by("world"), nodes: by("nodes"), edges: by("edges"), labels: by("labels"), dots: by("dots"), tidy: by("tidy"), tray: by("tray"), near: by("near") },
  context,
);
const sheet = new Sheet(
  { sheet: by("sheet"), title: by("sheet-title"), body: by("sheet-body"), close: by("sheet-close"), shade: by("shade"), head: document.querySelector(".head"), panel: by("panel") },
  context,
);
const twin = new TwinView({ section: by("twin"), title: by("stage-title") }, context);
const openings = new Openings(sheet, stage, context, (id) => stage.card(id) ?? twin.card(id));
const tray = new Tray(by("tray"), context);
const head = new HeadView(document, context);
const chart = new ChartView(by("chart"), by("chart-cut"), by("legend"), context);
const ledger = new LedgerView(by("ledger"), by("ledger-note"), by("ledger-how"), by("ledger-passes"), context.here);
const reports = new ReportView(by("reports"), by("reports-none"), context);
/** On a phone the newest report stands below the service it is about: the panel is far away there. */
const near = new ReportView(by("near"), document.createElement("p"), context);
const tape = new TapeView(
  { section: by("tape"), cards: by("tape-cards"), topic: by("tape-topic"), note: by("tape-note"), unsure: by("key-unsure") }, context,
);
/** What is said where something is cut at a lower edge. */
const belows = [
  new Below(by("reports"), by("reports").parentElement, { heads: ".report h3", one: "recovery", many: "recoveries" }),
  new Below(by("sheet-body"), by("sheet"), { heads: null, one: "line", many: "lines" }),
  new Below(by("stage"), document.body, { heads: ".node", one: "card", many: "cards" }),
];
const said = new Said(by("said"), by("stage"), by("sheet"), context.phone);
const line = new Line(socketUrl(document.body.dataset.socket), { onFrame, onState: () => [sayConnection(), redraw()] });

/** The header that proves to the server that our own page posts; the one that htmx sends. */
function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
}

/** @returns {boolean} false when only a keyframe can help */
function onFrame(frame) {
  let after;
  try {
    after = apply(picture, frame);
  } catch (error) {
    if (error instanceof Gap) return false;
    throw error;
  }
  if (picture && after.epoch !== picture.epoch) startAnew();
  serverClock.heard(frame.sent_at, Date.now());
  if (frame.t === "key" && chart.history.lacks(serverNow())) recall();
  if (frame.t === "delta") depart(picture, after, frame);
  picture = after;
  if (chart.note(Object.values(picture.groups), serverNow(), current(picture.cluster))) chartDue = true;
  said.commands(picture.commands);
  redraw();
  return true;
}

/** Another epoch is another picture: nothing that was drawn or laid out before belongs to it. */
function startAnew() {
  arrange();
  serverClock.forget();
  chart.history.forget();
  stage.catchUp();
}

/** Nothing is placed before it is known where things stand for everyone. */
function arrange() {
  stage.layAnew();
  shared.load().then(redraw);
}

/** The chart's time before this page, or while it was cut off. Without an answer it stays empty. */
async function recall() {
  try {
    const answer = await fetch(`${context.api}/lag`, { signal: AbortSignal.timeout(RECALL_MS) });
    if (answer.ok) chart.recall(await answer.json());
  } catch {
    // The line says by itself what the connection is.
  }
}

/**
 * Nothing moves for a tab that nobody sees, nor while the picture is held. Dots leave by the
 * server's clock: frames that were held up and come in all at once do not leave all at once.
 */
function depart(before, after, frame) {
  if (document.visibilityState === "hidden" || heldAt || calm.matches || phone.matches) return;
  for (const { edge, count, overMs } of departures(before, after, frame)) {
    dots.leave(edge, count, overMs, frame.sent_at);
  }
}

/** What cannot be current is pale, whether our server is away or the cluster. */
function sayConnection() {
  const { state } = line;
  document.body.classList.toggle("stale", isCut(state) || picture?.cluster.reachable === false);
  head.updateConnection(state, picture?.cluster ?? null, heldAt > 0);
}

/** At most once a frame of the screen, however many frames come in. */
function redraw() {
  if (drawing || document.visibilityState === "hidden") return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    draw();
  });
}

function draw() {
  const empty = emptiness(picture, unknownTo(document.body.dataset.origins ?? "", location.origin));
  shown(by("empty"), empty !== null);
  if (empty) {
    text(by("empty").firstElementChild, empty.head);
    text(by("empty").lastElementChild, empty.more);
  }
  if (!picture) return;
  sayConnection();
  if (heldAt || !shared.known) return;
  show(unheard(picture, cutAt()), serverNow());
}

function show(picture, at) {
  head.update(picture);
  tray.update(picture);
  twin.update(picture, at);
  stage.update(picture, at);
  const groups = groupsInOrder(picture);
  const states = new Map(Object.values(picture.services).map((one) => [one.name, { state: one.state, all: (one.in_state ?? one.of) >= one.of }]));
  const catching = catchingUp(picture.reports, stalledGroups(groups, picture.services, at));
  chart.update(current(picture.cluster) ? groups : groups.map(unknown), states, catching, at, chartDue);
  chartDue = false;
  const byName = new Map(groups.map((g) => [g.name, g]));
  const known = current(picture.cluster);
  const until = heardUntil(at, cutAt());
  ledger.update(known ? picture.ledger : { ...picture.ledger, waiting: null });
  ledger.explain(picture);
  reports.update(picture.reports, byName, picture.services, until, known);
  near.update(phone.matches ? picture.reports : {}, byName, picture.services, until, known);
  tape.update(picture, at);
  sheet.update(picture, at);
  loop.wake();
}

/** The picture stands still while somebody explains; frames go on coming in behind it. */
function hold() {
  heldAt = heldAt ? 0 : Date.now();
  stoodAt = heldAt ? serverNow() : null;
  const button = by("hold");
  attr(button, "aria-pressed", heldAt ? "true" : "false");
  text(by("holding").querySelector("strong"), `Picture held at ${wallClock(heldAt || Date.now())}`);
  shown(by("holding"), heldAt > 0);
  sayConnection();
  if (heldAt) return loop.hold(now());
  stage.catchUp();
  loop.go();
  redraw();
}

function fold(folded) {
  document.body.classList.toggle("folded", folded);
  attr(by("fold"), "aria-expanded", folded ? "false" : "true");
}

function listen() {
  by("hold").addEventListener("click", hold);
  by("whole").addEventListener("click", () => openings.whole(by("whole")));
  by("go-on").addEventListener("click", hold);
  by("fold").addEventListener("click", () => {
    const folded = !document.body.classList.contains("folded");
    fold(folded);
    keepFolded(folded);
  });
  themed(by("theme"), () => {
    palette.forget();
    chart.repaint();
    stage.repaint();
  });
  // A button that was clicked must not swallow the next space: that holds the picture.
  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("button") ?? document.activeElement?.closest("[role=button]");
    if (event.detail > 0) pressed?.blur();
  });
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest?.("button, input, select, textarea, a");
    if (event.code !== "Space" || busy || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    hold();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") return redraw();
    if (!heldAt) stage.catchUp();
  });
  calm.addEventListener("change", redraw);
  phone.addEventListener("change", redraw);
  setInterval(() => {
    for (const one of belows) one.check();
    if (!picture || heldAt || document.visibilityState === "hidden") return;
    stage.tick(serverNow());
    twin.tick(serverNow());
    sheet.update(stage.picture, serverNow());
    for (const view of [reports, near]) if (view.ticks) view.tick(heardUntil(serverNow(), cutAt()));
  }, TICK_MS);
  if (!phone.matches && foldedAtFirst(innerWidth < 1100)) fold(true);
}

listen();
line.start();
arrange();
// Widths of the strips and the chart depend on the font: measure again when it is there.
document.fonts?.ready.then(() => redraw());
