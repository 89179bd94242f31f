import { readFileSync, writeFileSync } from 'node:fs';

/** The most memory that this process held. */
export interface PeakMemory {
  /** Counts anew from what is held now. */
  readonly reset: () => void;
  readonly mb: () => number;
}

/** Linux counts anew when it is asked to; elsewhere the peak is that of the process since its start. */
export const peakMemory: PeakMemory = {
  reset: () => {
    try {
      writeFileSync('/proc/self/clear_refs', '5');
    } catch {
      // No Linux.
    }
  },
  mb: () => {
    try {
      const [, kibi = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
      return Number(kibi) / 1024;
    } catch {
      return process.resourceUsage().maxRSS / 1024;
    }
  },
};
