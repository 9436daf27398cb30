// A group's colour by its number. Pure. The order is that of look and palette: neighbours differ
// most. After eight groups the colours repeat, with a pattern.

const COLOURS = ["g4", "g2", "g5", "g6", "g7", "g3", "g1", "g8"];

/** Dashes (px on, px off) by which lines of a chart are told apart without colour. */
const DASHES = [[], [10, 7], [3, 6], [16, 5, 4, 5], [6, 4], [14, 8], [2, 4, 8, 4], [20, 6]];

/** @returns {{slot: number, name: string, repeat: boolean}} */
export function colourOf(number) {
  const slot = number % COLOURS.length;
  return { slot, name: COLOURS[slot], repeat: number >= COLOURS.length };
}

export function dashOf(number) {
  return DASHES[number % DASHES.length];
}
