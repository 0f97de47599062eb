// What the recorder costs: its own process and those it started.

/** Readings since the start; differences over time make rates. */
export interface ProcessReading {
  /** CPU time of all its processes, user and system, in milliseconds; of children that ended too. */
  readonly cpuMs: number;
  /** Resident memory of all its processes, shared pages counted once per process. */
  readonly rssBytes: number;
  /** Load average of the last minute. */
  readonly load1: number;
  /** How many processes these are; absent where nobody knows. */
  readonly processes?: number;
}

/** Measures the recorder. */
export interface ProcessMeter {
  read(): Promise<ProcessReading>;
}
