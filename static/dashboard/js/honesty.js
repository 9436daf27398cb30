// What the connection line and an empty stage say. Pure. Nothing is called live that is not.

import { clock, count, several } from "./words.js";

/**
 * @param {import("./line.js").LineState} line
 * @param {Object<string, any>|null} cluster the entity, null before the first keyframe
 * @param {(at: number) => number} here server's instants to this machine's
 * @returns {{kind: string, words: string, title: string}}
 */
export function connection(line, cluster, here) {
  if (line.kind === "connecting") return { kind: "connecting", words: "connecting", title: "" };
  if (line.kind === "silent") {
    return { kind: "silent", words: `silent since ${clock(line.since)}`, title: "The server says nothing" };
  }
  if (line.kind === "reconnecting") {
    return {
      kind: "reconnecting",
      words: `reconnecting, picture as of ${clock(line.since)}`,
      title: "The line to the server is cut; it comes back by itself",
    };
  }
  return ofCluster(cluster, here);
}

function ofCluster(cluster, here) {
  if (cluster.starting_over) {
    return { kind: "starting", words: "starting over", title: "In some seconds all is as at the first start" };
  }
  if (cluster.start_over_failed) {
    return {
      kind: "broken",
      words: "not started over, the services are stopped",
      title: cluster.start_over_failed,
    };
  }
  const asOf = cluster.as_of_at === null ? "" : `, picture as of ${clock(here(cluster.as_of_at))}`;
  const title = cluster.reason ?? "";
  if (cluster.broker?.phase === "restarting") {
    return { kind: "unreachable", words: `Kafka is restarting${asOf}`, title: cluster.broker.reason ?? title };
  }
  if (cluster.broker?.phase === "failed") {
    return { kind: "unreachable", words: `Kafka has stopped${asOf}`, title: cluster.broker.reason ?? title };
  }
  if (cluster.settling) return { kind: "starting", words: `${serves(cluster)}, reading${asOf}`, title: "" };
  if (cluster.reachable === false) return { kind: "unreachable", words: `cluster unreachable${asOf}`, title };
  if (cluster.reachable === null) return { kind: "starting", words: COMING[cluster.broker?.phase] ?? "waiting for Kafka", title };
  for (const worker of ["reader", "surveyor"]) {
    if (cluster[worker]?.ok === false) {
      const words = worker === "reader" ? "events are not being read" : `offsets are not being read${asOf}`;
      return { kind: "broken", words, title: cluster[worker].reason ?? "" };
    }
  }
  if (cluster.supervisor?.ok === false) {
    return { kind: "broken", words: "the services have been ended", title: cluster.supervisor.reason ?? "" };
  }
  if (cluster.broker_watch?.ok === false) {
    return { kind: "broken", words: "Kafka is not being watched", title: cluster.broker_watch.reason ?? "" };
  }
  if (cluster.keeper?.ok === false) {
    return { kind: "broken", words: "recovery reports are not being kept", title: cluster.keeper.reason ?? "" };
  }
  const kafka = cluster.kafka ? `Kafka ${cluster.kafka}` : "Kafka";
  const more = beyond(cluster);
  return {
    kind: "live",
    words: more ? `live, ${more.short}` : "live",
    title: [`${kafka} at ${cluster.bootstrap}`, more?.whole].filter(Boolean).join(". "),
  };
}

/** What the demonstration's own Kafka does until it serves. */
const COMING = { fetching: "Kafka is being fetched", starting: "Kafka is starting" };

/** The demonstration's own Kafka, of which nothing has been read since it serves. */
function serves({ broker }) {
  return broker?.restarts > 0 ? "Kafka is back" : "Kafka is there";
}

/**
 * What is there and not in the picture, because it is too much.
 * @returns {{short: string, whole: string}|null}
 */
export function beyond(cluster) {
  const parts = ["topic", "group", "partition", "edge"].filter((what) => (cluster.left_out?.[`${what}s`] ?? 0) > 0);
  if (!parts.length) return null;
  const numbers = parts.map((what) => cluster.left_out[`${what}s`]);
  const listed = parts.map((what, i) => several(numbers[i], what)).join(" and ");
  const short = parts.length === 1 ? `without ${listed}` : `without ${count(numbers.reduce((a, b) => a + b))} more`;
  return { short, whole: `More than Flowviz can look at: ${listed} are left out. FLOWVIZ_TOPICS chooses topics` };
}

/** Whether the numbers are those of now, not those of the last good look at the cluster. */
export function current(cluster) {
  const broker = cluster.broker?.phase ?? "running";
  return cluster.reachable === true && broker === "running" && !cluster.settling && cluster.surveyor?.ok !== false;
}

/**
 * @param {string} known the addresses that the server takes a socket from, separated by spaces
 * @param {string} here where the page is
 * @returns {string} `here` where it is none of them, else ""
 */
export function unknownTo(known, here) {
  const all = known.split(" ").filter(Boolean);
  return all.length && !all.some((one) => new URL(one).origin === here) ? here : "";
}

/**
 * What an empty stage says, or null when there is something to see.
 * @param {import("./decoder.js").Picture|null} picture
 * @param {string} unknown the address of the page where the server takes no socket from it, or ""
 * @returns {{head: string, more: string}|null}
 */
export function emptiness(picture, unknown = "") {
  if (!picture && unknown) {
    return {
      head: "No picture at this address",
      more: `Flowviz does not know ${unknown}, where this page is shown. Name it in FLOWVIZ_PUBLIC_ORIGINS and start Flowviz again.`,
    };
  }
  if (!picture) return { head: "Connecting", more: "The picture comes with the first frame." };
  if (Object.keys(picture.services).length || Object.keys(picture.topics).length) return null;
  const { broker, reachable, reason, bootstrap, settling } = picture.cluster;
  if (broker?.phase === "fetching") {
    return { head: "Kafka is being fetched", more: broker.reason ?? "Only at the first start." };
  }
  if (broker?.phase === "failed") return { head: "Kafka did not start", more: broker.reason ?? reason ?? "" };
  if (broker && broker.phase !== "running") return { head: "Kafka is starting", more: "A few seconds." };
  if (settling) return { head: serves(picture.cluster), more: "Its topics are being read." };
  if (reachable === false) return { head: "The cluster does not answer", more: reason ?? bootstrap ?? "" };
  if (reachable === null) return { head: "Looking for the cluster", more: bootstrap ?? "" };
  if (broker) return { head: "No topics yet", more: "The first topic that is made on the cluster appears here." };
  // Kafka itself does not say which: what a user may not describe does not exist for it.
  return {
    head: "No topics to be seen",
    more: "There are none yet, or FLOWVIZ_TOPICS leaves them out, or Flowviz's user on the cluster has no rights: "
      + "it needs Read on topics and Describe on groups.",
  };
}
