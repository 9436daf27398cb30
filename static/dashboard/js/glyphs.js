// The glyphs of the states, drawn in a square of 16.

import { svg } from "./dom.js";

const SHAPES = {
  play: [["solid", "M3.5 2v12L14 8z"]],
  pause: [["solid", "M3 2h3.6v12H3zM9.4 2H13v12H9.4z"]],
  half: [["solid", "M3 2h3.6v12H3z"], ["stroke", "M10.4 3h2v10h-2z"]],
  dots: [["solid", "M1 8a1.8 1.8 0 1 0 3.6 0A1.8 1.8 0 1 0 1 8M6.2 8a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0M11.4 8a1.8 1.8 0 1 0 3.6 0 1.8 1.8 0 1 0-3.6 0"]],
  hourglass: [["stroke", "M3.5 1.5h9M3.5 14.5h9M4.5 1.5c0 4 7 9 7 13M11.5 1.5c0 4-7 9-7 13"]],
  cross: [["stroke", "M3 3l10 10M13 3L3 13"]],
  snow: [["stroke", "M8 1v14M1.9 4.5l12.2 7M14.1 4.5l-12.2 7M6 2.5l2 1.7 2-1.7M6 13.5l2-1.7 2 1.7"]],
  square: [["solid", "M3 3h10v10H3z"]],
  ring: [["stroke dashed", "M8 1.8a6.2 6.2 0 1 0 .01 0"]],
};

export function glyph(name) {
  return svg(
    "svg",
    { class: "glyph", viewBox: "0 0 16 16", "aria-hidden": "true", "data-glyph": name },
    ...SHAPES[name].map(([kind, d]) => svg("path", { class: kind, d })),
  );
}

/** Puts another glyph where one stands, if it differs. */
export function regraph(holder, name) {
  const old = holder.querySelector("svg.glyph");
  if (old?.dataset.glyph === name) return;
  if (old) old.replaceWith(glyph(name));
  else holder.prepend(glyph(name));
}
