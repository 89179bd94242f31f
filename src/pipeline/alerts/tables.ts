import type { ColumnType } from 'kysely';

export interface AlertsTables {
  readonly alert_subscription: {
    readonly id: string;
    readonly subscriber: string;
    /** A `Subscription` as JSON. */
    readonly body: string;
    readonly stop_token: string;
    readonly since: number;
    readonly created_at: number;
    readonly created_by: string;
    readonly stopped_at: number | null;
    readonly stopped_by: string | null;
    /** Until then its address may agree, and is told nothing; null: nobody is waited for. */
    readonly confirm_by: number | null;
    /** When its address agreed; null where it never had to. */
    readonly confirmed_at: number | null;
  };
  /** Links that were mailed, by the hash of their key. */
  readonly alert_confirmation: {
    readonly token_hash: string;
    readonly subscription_id: string;
  };
  /** Mails to addresses that had not agreed to any. */
  readonly alert_uninvited: {
    readonly mailbox: string;
    readonly caused_by: string;
    readonly at: number;
  };
  /** What a subscriber was told, and how grave it was then. */
  readonly alert_told: {
    readonly subscription_id: string;
    readonly topic: string;
    /** Told again when it rises: by severity, and exploitation above all. */
    readonly level: number;
    readonly at: number;
  };
  /** One row however many get it. */
  readonly alert_message: {
    readonly id: string;
    readonly kind: string;
    /** A `Message` as JSON. */
    readonly body: string;
    readonly at: number;
  };
  readonly alert_delivery: {
    readonly id: string;
    /** Null: sent to the target itself, as a test. */
    readonly subscription_id: string | null;
    readonly message_id: string;
    readonly target: string;
    readonly state: string;
    readonly due_at: number;
    readonly attempts: ColumnType<number, number, number>;
    readonly created_at: number;
    readonly ended_at: number | null;
    readonly detail: string | null;
  };
  readonly alert_attempt: {
    readonly delivery_id: string;
    readonly attempt: number;
    readonly at: number;
    readonly took_ms: number;
    readonly outcome: string;
    readonly detail: string;
  };
  /** How a target does; no row: nothing was sent there yet. */
  readonly alert_target: {
    readonly name: string;
    /** In a row. */
    readonly failures: number;
    /** Not before this instant anything is sent there. */
    readonly closed_until: number;
    readonly disabled_at: number | null;
    readonly last_sent_at: number | null;
    readonly last_failed_at: number | null;
    readonly last_error: string | null;
  };
}
