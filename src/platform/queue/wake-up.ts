/** Lets some wait for what others announce. */
export interface WakeUp {
  readonly announce: () => void;
  /** Resolves at the next announcement, or after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

export function createWakeUp(): WakeUp {
  let waiting: (() => void)[] = [];
  return {
    announce: () => {
      const all = waiting;
      waiting = [];
      for (const wake of all) wake();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
