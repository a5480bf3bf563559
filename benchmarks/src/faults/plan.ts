/** The name of the server under test, by which what it leans on knows its connections. */
export const name = 'faults'

/** What a call may take on the server, and how long its client waits: what comes later is lost. */
export const [timeoutMs, deadlineMs] = [3_000, 5_000]

/** Calls per second, by so many clients. */
export const [callsPerS, clients] = [50, 4]

/** Seconds of load before a fault, and after it. */
export const [beforeS, afterS] = [2, 6]

/** How long a fault lasts that is not over by itself, in milliseconds. */
export const lastingMs = 3_000

/** A heap that has grown by more than this has not come back to what it was: a share of it, and bytes. */
export const [maxGrowthRatio, maxGrowthBytes] = [0.1, 2 * 2 ** 20]
