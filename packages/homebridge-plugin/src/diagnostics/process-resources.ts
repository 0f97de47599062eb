// What is open in this process, by kind.
import type { DiagnosticsReport } from './diagnostics-report.ts';

const MIB = 1024 * 1024;

/** Counted now. */
export function processResources(): DiagnosticsReport['resources'] {
  const open = process.getActiveResourcesInfo();
  const count = (kind: RegExp): number => open.filter((name) => kind.test(name)).length;
  return {
    timers: count(/^(Timeout|Immediate)$/),
    udpSockets: count(/^UDP/),
    tcpSockets: count(/^TCPSocket/),
    rssMiB: Math.round(process.memoryUsage.rss() / MIB),
  };
}
