// The line to the server: one socket, opened again and again. It says honestly what it is:
// "connecting", "live", "silent" (open, but nothing heard), "reconnecting".

import { wait } from "./backoff.js";

/** The server sends at least a heartbeat a second. */
export const SILENT_MS = 3000;
/** After so long without a word the socket is taken for dead: a laptop that slept has those. */
const DEAD_MS = 8000;
const ACK_EVERY = 10;
const ACK_AFTER_MS = 900;
/** How long to wait for the keyframe that closes a gap before asking by reconnecting. */
const KEY_PATIENCE_MS = 2500;
const TICK_MS = 1000;

/** @param {string|undefined} path where the server told the page that its frames are */
export function socketUrl(path) {
  const url = new URL(path || "/ws/flow", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/**
 * @typedef {{kind: "connecting"|"live"|"silent"|"reconnecting", since: number}} LineState
 */
export class Line {
  /**
   * @param {string} url
   * @param {{onFrame: (frame: object) => boolean, onState: (state: LineState) => void,
   *   connect?: (url: string) => WebSocket, chance?: () => number, now?: () => number}} parts
   *   onFrame returns false when the frame left a gap and a keyframe is needed
   */
  constructor(url, { onFrame, onState, connect, chance, now }) {
    this.url = url;
    this.onFrame = onFrame;
    this.onState = onState;
    this.connect = connect ?? ((to) => new WebSocket(to));
    this.chance = chance ?? Math.random;
    this.now = now ?? Date.now;
    this.socket = null;
    this.attempt = 0;
    this.timer = 0;
    this.heardAt = 0;
    this.ackedAt = 0;
    this.unacked = 0;
    this.gapAt = 0;
    /** @type {LineState} */
    this.state = { kind: "connecting", since: this.now() };
  }

  start() {
    this.open();
    setInterval(() => this.tick(), TICK_MS);
    const wake = () => {
      if (document.visibilityState === "visible") this.wake();
    };
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("online", wake);
    window.addEventListener("pageshow", wake);
  }

  open() {
    clearTimeout(this.timer);
    this.timer = 0;
    const socket = this.connect(this.url);
    this.socket = socket;
    this.heardAt = this.now();
    this.gapAt = 0;
    this.unacked = 0;
    socket.onmessage = (message) => {
      if (socket === this.socket) this.heard(message.data);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.again();
    };
  }

  heard(text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return this.drop();
    }
    this.heardAt = this.now();
    if (this.onFrame(frame)) {
      this.attempt = 0;
      this.gapAt = 0;
      this.say("live", this.heardAt);
    } else if (!this.gapAt) {
      this.gapAt = this.heardAt;
    }
    this.acknowledge(frame.seq, frame.t === "key");
  }

  /** Each frame that is read counts, also one that left a gap: then a keyframe comes sooner. */
  acknowledge(seq, atOnce) {
    this.unacked += 1;
    const due = this.unacked >= ACK_EVERY || this.heardAt - this.ackedAt >= ACK_AFTER_MS;
    if (!(due || atOnce) || this.socket.readyState !== 1) return;
    this.socket.send(JSON.stringify({ ack: seq }));
    this.unacked = 0;
    this.ackedAt = this.heardAt;
  }

  tick() {
    const quiet = this.now() - this.heardAt;
    if (this.gapAt && this.now() - this.gapAt > KEY_PATIENCE_MS) this.drop();
    else if (this.timer) return;
    else if (quiet > DEAD_MS) this.drop();
    else if (quiet > SILENT_MS && this.state.kind === "live") this.say("silent", this.heardAt);
  }

  /** The page is looked at again, or the network is back: do not wait for the next try. */
  wake() {
    if (this.timer) this.open();
    else if (this.now() - this.heardAt > SILENT_MS) this.drop();
  }

  /** Gives up this socket, which may never say that it is closed, and opens another. */
  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.again();
  }

  again() {
    if (this.timer) return;
    this.socket = null;
    const since = this.state.kind === "live" ? this.heardAt : this.state.since;
    this.say(this.state.kind === "connecting" ? "connecting" : "reconnecting", since);
    this.timer = setTimeout(() => this.open(), wait(this.attempt, this.chance()));
    this.attempt += 1;
  }

  say(kind, since) {
    if (kind === this.state.kind) return;
    this.state = { kind, since };
    this.onState(this.state);
  }
}
