export interface PublicationTables {
  /** An id given is never given again, and no row is removed. */
  readonly publication: {
    readonly id: string;
    readonly year: number;
    /** Counts from 1 in each year, without gaps. */
    readonly number: number;
    readonly attr: string;
    readonly published_at: number;
    /** The one that speaks of the same vulnerability and package, and was there before. */
    readonly replaced_by: string | null;
    readonly replaced_at: number | null;
  };
  /** Every name that the vulnerability had while something was found of it in the package. */
  readonly publication_name: {
    readonly advisory_id: string;
    readonly attr: string;
    readonly publication_id: string;
  };
}
