// What opens in the sheet, and beside what it stands.

import { RecordView } from "./recordview.js";
import { ServiceView } from "./serviceview.js";
import { TopicView } from "./topicview.js";
import { WholeView } from "./wholeview.js";
import { topicId } from "./graph.js";
import { called, keyOf } from "./tape.js";

const BESIDE_TOPIC = ["right", "left", "below", "above", "leftmost"];

export class Openings {
  /**
   * @param {import("./sheet.js").Sheet} sheet
   * @param {import("./stage.js").Stage} stage
   * @param {(id: string) => HTMLElement|null} cardOf the card of a service, wherever it stands
   */
  constructor(sheet, stage, context, cardOf) {
    this.sheet = sheet;
    this.stage = stage;
    this.cardOf = cardOf;
    this.context = context;
  }

  /** A service, by its node's id: opened, or closed again. */
  service(id) {
    const name = this.stage.picture?.services[id]?.name;
    if (name === undefined) return;
    const card = () => this.cardOf(id);
    const content = new ServiceView(id, name, this.context);
    this.show(() => this.sheet.toggle({
      key: id, title: name, content, anchor: card, opener: () => card()?.querySelector(".more"),
      sides: ["right", "left", "below", "leftmost", "rightmost"],
      makeWay: (sheet) => this.stage.makeWay(sheet, id),
    }));
  }

  /** The demonstration as a whole. @param {HTMLElement} button */
  whole(button) {
    const title = this.stage.picture?.cluster.title ?? "The demonstration";
    const content = new WholeView(this.context, button, () => this.sheet.close());
    this.show(() => this.sheet.toggle({
      key: "whole", title, content, anchor: () => button, opener: () => button, sides: ["below"],
    }));
  }

  /** The newest events of a topic. @param {() => HTMLElement|null} card */
  topic(topic, card) {
    const key = `topic ${topic}`;
    const makeWay = (sheet) => this.stage.makeWay(sheet, topicId(topic));
    const back = () => this.topic(topic, card);
    const one = (event) => this.event(event, card, BESIDE_TOPIC, () => {}, { back, makeWay });
    const content = this.sheet.isAbout(key) ? null : new TopicView(topic, this.context, one);
    this.show(() => this.sheet.toggle({ key, title: topic, content, anchor: card, opener: card, sides: BESIDE_TOPIC, makeWay }));
  }

  /**
   * @param {{topic: string, partition: number, offset: number}} event
   * @param {() => HTMLElement|null} card where it stands
   * @param {string[]} sides of the card
   * @param {() => void} closed
   * @param {{back?: () => void, makeWay?: (sheet: DOMRect|null) => void}} more back: to where it was
   *   opened from
   */
  event(event, card, sides, closed, { back = null, makeWay } = {}) {
    const known = this.stage.picture?.events.find((one) => keyOf(one) === keyOf(event)) ?? event;
    const { words, named } = "key" in known ? called(known) : { words: "", named: false };
    const title = named ? words : `Partition ${event.partition}, offset ${event.offset}`;
    const content = new RecordView(event, this.context, closed, back);
    this.show(() => this.sheet.open({ key: keyOf(event), title, content, anchor: card, opener: card, sides, makeWay }));
  }

  /** What is opened shows at once what is drawn, also while the picture is held. */
  show(open) {
    open();
    if (this.stage.picture) this.sheet.update(this.stage.picture, this.context.serverNow());
    this.sheet.place();
  }
}
