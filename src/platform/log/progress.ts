import type { Clock } from '../../foundation/clock.ts';
import { systemClock } from '../../foundation/clock.ts';
import type { Progress } from './index.ts';
import { plainText } from './plain-text.ts';

export interface ProgressStream {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const redrawMs = 80;
const plainMs = 10_000;

/**
 * Progress for a person: on a terminal one line that is drawn over and over, elsewhere (a pipe, a service's journal) each
 * step as a line and every 10 seconds how far it is.
 */
export function createTerminalProgress(stream: ProgressStream, clock: Clock = systemClock): Progress {
  const terminal = stream.isTTY === true;
  let drawn = false;
  let lastAt = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (drawn) stream.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    step: (message) => {
      clear();
      lastAt = Number.NEGATIVE_INFINITY;
      stream.write(`${plainText(message)}\n`);
    },
    advance: (done, total, what) => {
      const complete = total !== null && done >= total;
      const now = clock.now();
      if (!complete && now - lastAt < (terminal ? redrawMs : plainMs)) return;
      // Short work needs no line in a log.
      if (!terminal && (complete || lastAt === Number.NEGATIVE_INFINITY)) {
        if (!complete) lastAt = now;
        return;
      }
      lastAt = now;
      if (!terminal) {
        stream.write(`${progressLine(done, total, what, 200)}\n`);
        return;
      }
      clear();
      if (complete) return;
      stream.write(progressLine(done, total, what, (stream.columns ?? 80) - 1));
      drawn = true;
    },
  };
}

/** `  45 % [=========           ] 450 of 1000 packages` */
export function progressLine(done: number, total: number | null, what: string, width: number): string {
  const label = plainText(what);
  if (total === null || total <= 0) return `  ${done} ${label}`.slice(0, width);
  const share = Math.max(0, Math.min(1, done / total));
  const filled = Math.round(share * 20);
  const bar = '='.repeat(filled).padEnd(20);
  return `${String(Math.floor(share * 100)).padStart(4)} % [${bar}] ${done} of ${total} ${label}`.slice(0, width);
}
