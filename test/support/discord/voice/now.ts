/** Milliseconds of the Unix epoch with a fraction, monotonic here and comparable between processes of one machine. */
export const preciseNow = () => performance.timeOrigin + performance.now()
