// Dots on one canvas above everything; arcs batched by colour.

const RADIUS = 9;
const HALO = 3;
/** From so many nodes on dots are small and bare. */
const CROWD_NODES = 50;
const CROWD_RADIUS = 3;
/** Above so many dots the canvas is drawn less finely. */
const MANY_DOTS = 2000;
const MANY_RATIO = 1.5;

export class DotCanvas {
  constructor(canvas, palette) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.palette = palette;
    this.blank = true;
  }

  resize(width, height, dots) {
    const screen = window.devicePixelRatio || 1;
    this.ratio = dots > MANY_DOTS ? Math.min(MANY_RATIO, screen) : Math.min(2, screen);
    const w = Math.round(width * this.ratio);
    const h = Math.round(height * this.ratio);
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  /**
   * @param {import("./dots.js").Dots} dots
   * @param {(edge: string) => {way: import("./routing.js").Way, colour: string, on: string,
   *   counted: boolean}|null} about
   * @param {{x: number, y: number, scale: number}} view the world's place on the stage
   */
  draw(dots, now, about, view, nodes) {
    const { pen, ratio } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    if (!this.blank) pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const scale = view.scale * ratio;
    pen.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
    const batches = this.batches(dots, now, about);
    const crowd = nodes >= CROWD_NODES;
    for (const [colour, batch] of batches) this.paint(colour, batch, crowd);
    this.blank = batches.size === 0;
  }

  batches(dots, now, about) {
    const batches = new Map();
    dots.each(now, (edge, px, count) => {
      const on = about(edge);
      if (!on || px > on.way.length) return;
      const { x, y } = on.way.at(px);
      if (!batches.has(on.colour)) batches.set(on.colour, { ink: on.on, dots: [] });
      batches.get(on.colour).dots.push({ x, y, count: on.counted ? count : 1 });
    });
    return batches;
  }

  paint(colour, { ink, dots }, crowd) {
    const { pen } = this;
    const radius = (dot) => (crowd ? CROWD_RADIUS : dot.count > 1 ? RADIUS + 3 : RADIUS);
    const arcs = (more) => {
      pen.beginPath();
      for (const dot of dots) {
        const r = radius(dot) + more;
        pen.moveTo(dot.x + r, dot.y);
        pen.arc(dot.x, dot.y, r, 0, 2 * Math.PI);
      }
      pen.fill();
    };
    if (!crowd) {
      pen.fillStyle = this.palette.get("page");
      arcs(HALO);
    }
    pen.fillStyle = this.palette.get(colour);
    arcs(0);
    if (crowd) return;
    pen.fillStyle = this.palette.get(ink);
    pen.font = "700 14px Inter, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const { x, y, count } of dots) {
      if (count > 1) pen.fillText(count > 99 ? "99+" : String(count), x, y + 0.5);
    }
  }

  clear() {
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.blank = true;
  }
}
