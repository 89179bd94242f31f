/** A plain file, or a member of an archive or folder, with its packing undone. */
export interface FeedFile {
  /** With `/`; never used as a path. */
  readonly name: string;
  /** The whole content, or null when it is larger than a record may be. */
  readonly read: () => Promise<Buffer | null>;
  readonly bytes: () => AsyncIterable<Buffer>;
}
