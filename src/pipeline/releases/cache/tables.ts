export interface CacheTables {
  readonly cache_path: {
    readonly cache: string;
    readonly hash: string;
    readonly name: string;
    readonly nar_hash: string;
    readonly nar_size: number;
    /** Base names with a space between them, sorted. */
    readonly refs: string;
    readonly deriver: string | null;
    readonly content_address: string | null;
    /** One a line. */
    readonly signatures: string;
    readonly file: string;
    readonly file_size: number;
    /** Lines of the narinfo that only others understand, one a line; null: none. */
    readonly more: string | null;
    /** Null: as the file's name tells. */
    readonly compression: string | null;
    readonly added_at: number;
    readonly added_by: string;
    /** No longer offered since; its archive stays for those who were told of it. */
    readonly removed_at: number | null;
  };
  readonly cache_nar: {
    readonly cache: string;
    readonly file: string;
    readonly blob: string;
    readonly file_size: number;
    readonly nar_hash: string;
    readonly nar_size: number;
    readonly compression: string | null;
    readonly received_at: number;
  };
  /** An upload that began: what it leaves is cleared away when it never ends. */
  readonly cache_upload: {
    readonly blob: string;
    readonly cache: string;
    readonly started_at: number;
  };
  readonly cache_side: {
    readonly cache: string;
    readonly kind: string;
    readonly name: string;
    readonly blob: string;
    readonly size_bytes: number;
    readonly at: number;
  };
  readonly cache_pin: {
    readonly cache: string;
    readonly hash: string;
    readonly name: string;
    readonly reason: string;
    readonly actor: string;
    readonly at: number;
  };
  /** The public half of every key that ever signed here. */
  readonly cache_key: {
    readonly name: string;
    readonly public_key: string;
    readonly created_at: number;
    readonly created_by: string;
    readonly retired_at: number | null;
  };
}

export interface CoverageTables {
  /** As it was when the release was published. */
  readonly release_coverage: {
    readonly release_uuid: string;
    readonly system: string;
    readonly wanted: number;
    readonly present: number;
    readonly minimum_per_mille: number;
    readonly exception_reason: string | null;
    readonly exception_by: string | null;
    /** Null of those from before it took two. */
    readonly exception_approved_by: string | null;
  };
}
