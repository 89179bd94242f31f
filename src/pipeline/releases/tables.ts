export interface ReleasesTables {
  readonly release: {
    readonly uuid: string;
    readonly organisation: string;
    readonly flake: string;
    /** Lower case: names are compared without case. */
    readonly organisation_key: string;
    readonly flake_key: string;
    /** Empty: uploaded. */
    readonly channel: string;
    readonly version: string;
    /** The version without its build metadata, by which it is unique. */
    readonly version_key: string;
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
  /** What was said of a flake as a whole; one without a row is public and has no words. */
  readonly registry_flake: {
    readonly organisation: string;
    readonly flake: string;
    readonly organisation_key: string;
    readonly flake_key: string;
    readonly visibility: string;
    readonly description: string | null;
    /** A JSON array. */
    readonly labels: string;
    readonly changed_at: number;
  };
  /** What came with an uploaded release beside its tarball. */
  readonly release_note: {
    readonly release_uuid: string;
    readonly description: string | null;
    readonly readme: string | null;
    readonly repository: string | null;
    readonly subdirectory: string | null;
    readonly spdx_identifier: string | null;
    readonly mirrored: number;
    /** A JSON object. */
    readonly outputs: string;
  };
  /** An upload that was announced and is not published: nothing of it can be seen. */
  readonly release_upload: {
    readonly uuid: string;
    readonly secret_hash: string;
    readonly organisation: string;
    readonly flake: string;
    readonly version: string;
    readonly size_bytes: number;
    readonly sha256: string;
    /** What was announced, as JSON. */
    readonly body: string;
    readonly actor: string;
    readonly expires_at: number;
  };
}
