/** One way to order versions. `parse` gives null for what is no version here; `compare` is a total order of the rest. */
export interface VersionOrder<Key> {
  readonly parse: (text: string) => Key | null;
  readonly compare: (a: Key, b: Key) => number;
}
