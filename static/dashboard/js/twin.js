// The line of direct calls beside the line over the log: which services are its, and whether it
// is switched on. Pure.

/** Whether a service belongs to the line of direct calls: it has a place of its own. */
export const isTwin = (service) => (service.twin_of ?? null) !== null;

/** Whether it waits for somebody to ask for it: it is no service that is not running. */
export const isOff = (service) => service.on_request === true && service.state === "stopped";
