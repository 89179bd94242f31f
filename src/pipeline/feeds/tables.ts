import type { Generated } from 'kysely';

export interface FeedsTables {
  /** One row. Whoever updates it has the turn to write, so that change numbers grow in commit order. */
  readonly feed_counter: {
    readonly id: number;
    readonly record: number;
    readonly pack: number;
    readonly change: number;
    /** Of all scores ever written. */
    readonly score: number;
  };
  readonly feed_source: {
    readonly source: string;
    /** Counts the syncs: a later one bars an earlier that still runs. */
    readonly run: number;
    /** Where the cursor belongs to. */
    readonly location: string;
    readonly cursor: string | null;
    readonly attempt_at: number;
    readonly success_at: number | null;
    readonly change_at: number | null;
    readonly failure: string | null;
    /** In a row. */
    readonly failures: number;
    readonly incident: string | null;
    readonly records: number;
    /** Written since the last announcement. */
    readonly pending_added: number;
    readonly pending_changed: number;
    /** Publication to first sight of the newest records, ms, as JSON. */
    readonly latencies: string;
  };
  readonly feed_record: {
    readonly id: number;
    readonly source: string;
    readonly record_id: string;
    readonly state: string;
    readonly published_at: number | null;
    readonly modified_at: number | null;
    readonly first_seen_at: number;
    readonly meaning_digest: string;
    readonly raw_digest: string;
    /** The raw text is `raw_length` bytes from `raw_offset` of the pack. */
    readonly raw_pack: number;
    readonly raw_offset: number;
    readonly raw_length: number;
    /** Moves only when the meaning does. */
    readonly change: number;
    /** Since when complete snapshots lack it. */
    readonly missing_since: number | null;
  };
  /** All that the record says; apart from the record, so that digests are read fast. */
  readonly feed_body: { readonly record_id: number; readonly body: string };
  /** Raw texts of some dozens of records, compressed together: a sixth of the time and half the room of one by one. */
  readonly feed_pack: { readonly id: number; readonly content: Uint8Array };
  /** Every way in which a product is named: once, however many records name it. */
  readonly feed_product: {
    readonly id: Generated<number>;
    /** The identity as JSON; a long one is cut and has its digest behind. */
    readonly name: string;
    /** The whole, where the name is cut. */
    readonly identity: string | null;
    /** The product key. */
    readonly key: string;
  };
  /** Which active records name it. */
  readonly feed_affected: { readonly product_id: number; readonly record_id: number };
  /** What only scores a CVE changes every day for all of them: no records, no history. */
  readonly feed_score: { readonly id: string; readonly source: string; readonly epss: string; readonly raw: string };
  readonly feed_quarantine: {
    readonly source: string;
    readonly record_id: string;
    readonly at: number;
    readonly reason: string;
    readonly digest: string;
    readonly raw: Uint8Array;
  };
}
