// How long to wait before the next try. Pure: chance is passed in.

const FIRST_MS = 400;
const LONGEST_MS = 8000;
const SHORTEST_MS = 150;

/**
 * Exponential, with full jitter: after a server's restart a class full of phones must not knock
 * at the same instant.
 * @param {number} attempt 0 for the first try after a loss
 * @param {number} chance 0 <= chance < 1
 * @returns {number} ms
 */
export function wait(attempt, chance) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.max(SHORTEST_MS, Math.round(most * chance));
}
