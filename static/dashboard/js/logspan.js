// From when to when a service can read again, asked of the API when somebody wants to.

const PATIENCE_MS = 8000;
/** Partitions whose first event is asked for. */
const ASKED_MOST = 12;

/**
 * @param {string} api
 * @param {string[]} topics
 * @param {typeof fetch} [ask]
 * @returns {Promise<{firstAt: number|null, logs: {topic: string, partition: number, start: number,
 *   end: number}[]}>} firstAt: the time of the first event there still is; null: none, or not known
 */
export async function logSpan(api, topics, ask = (...request) => fetch(...request)) {
  const get = async (path) => {
    const answer = await ask(`${api}/topics/${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? answer.json() : null;
  };
  const logs = [];
  for (const topic of topics) {
    for (const { partition, start, end } of (await get(`${encodeURIComponent(topic)}/partitions`)) ?? []) {
      if (start !== null && end !== null) logs.push({ topic, partition, start, end });
    }
  }
  const filled = logs.filter(({ start, end }) => end > start).slice(0, ASKED_MOST);
  const firsts = await Promise.all(filled.map(({ topic, partition, start }) =>
    get(`${encodeURIComponent(topic)}/events/${partition}/${start}`)));
  const times = firsts.map((record) => record?.at ?? null).filter((at) => at !== null);
  return { firstAt: times.length ? Math.min(...times) : null, logs };
}
