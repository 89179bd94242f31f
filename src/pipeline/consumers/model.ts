/** A flake somewhere that consumes our releases, known by its lock. */
export interface Consumer {
  readonly id: string;
  readonly name: string;
  readonly inputs: readonly ConsumerInput[];
  readonly seenAt: number;
}

/** One locked input of ours: which release a consumer stands on. */
export interface ConsumerInput {
  readonly input: string;
  readonly releaseUuid: string;
  readonly version: string;
}
