export interface ReleasesTables {
  readonly release: {
    readonly uuid: string;
    readonly organisation: string;
    readonly flake: string;
    /** Lower case: names are compared without case. */
    readonly organisation_key: string;
    readonly flake_key: string;
    readonly channel: string;
    readonly version: string;
    readonly commit_id: string;
    readonly tree_id: string;
    readonly commit_count: number;
    readonly last_modified: number;
    readonly nar_hash: string;
    readonly size_bytes: number;
    readonly sha256: string;
    readonly published_at: number;
    readonly yanked_at: number | null;
    readonly yanked_reason: string | null;
  };
  readonly release_fix: {
    readonly release_uuid: string;
    readonly position: number;
    readonly advisory_id: string;
    readonly attr: string;
    readonly from_version: string;
    readonly to_version: string;
    readonly band: string;
  };
  /** A publication that began: what it left in the blob store is cleared away when the next one for the commit begins. */
  readonly release_attempt: {
    readonly uuid: string;
    readonly organisation_key: string;
    readonly flake_key: string;
    readonly commit_id: string;
    readonly at: number;
  };
}
