/** Structured log lines on stderr. */
export interface Log {
  readonly info: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** What long work tells the person watching: shown as a progress line on a terminal, as log lines elsewhere. */
export interface Progress {
  readonly step: (message: string) => void;
  readonly advance: (done: number, total: number | null, what: string) => void;
}

export const silentProgress: Progress = { step: () => {}, advance: () => {} };
