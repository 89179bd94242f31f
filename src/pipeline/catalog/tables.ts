import type { Generated } from 'kysely';

export interface CatalogTables {
  readonly catalog_evaluation: {
    readonly id: Generated<number>;
    readonly channel: string;
    readonly commit_id: string;
    readonly at: number;
    readonly origin: string;
    readonly instances: number;
    readonly failures: number;
    /** SHA-256 of all that was found: an equal evaluation again is the same one. */
    readonly digest: string;
  };
  /** What is known of an instance apart from its derivation; shared by all evaluations that found the same. */
  readonly catalog_instance: {
    readonly id: Generated<number>;
    readonly digest: string;
    readonly attr: string;
    readonly system: string;
    readonly pname: string;
    readonly version: string;
    /** The rest of the instance as JSON. */
    readonly body: string;
  };
  /** Store paths change with every change to a compiler: they stand apart, so that the facts stay shared. */
  readonly catalog_derivation: {
    readonly id: Generated<number>;
    readonly digest: string;
    readonly drv_path: string | null;
    readonly outputs: string;
  };
  readonly catalog_member: {
    readonly evaluation_id: number;
    readonly instance_id: number;
    readonly derivation_id: number;
  };
  readonly catalog_failure: {
    readonly evaluation_id: number;
    readonly attr: string;
    readonly system: string;
    readonly how: string;
    readonly message: string;
  };
  readonly catalog_covered: {
    readonly attr: string;
    readonly category: string;
    readonly owner: string;
    readonly since: string;
    /** JSON; null where nobody asked. */
    readonly asked_by: string | null;
    /** JSON by system; null where everything is full. */
    readonly tiers: string | null;
  };
  readonly catalog_coverage_notice: {
    readonly id: Generated<number>;
    readonly attr: string;
    readonly reason: string;
    readonly proposed_by: string;
    readonly proposed_at: number;
    readonly approved_by: string | null;
    readonly approved_at: number | null;
    readonly ends_at: number | null;
    /** `withdrawn` or `ended`; null while it runs. */
    readonly outcome: string | null;
  };
}
