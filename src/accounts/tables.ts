import type { Generated } from 'kysely';

export interface AccountsTables {
  readonly account_person: {
    readonly name: string;
    readonly roles: string;
    readonly email: string | null;
    /** The e-mail address as it is compared. */
    readonly mailbox: string | null;
    readonly identity: string | null;
    readonly added_at: number;
    readonly removed_at: number | null;
  };
  /** What one person proposed and a second one signs. */
  readonly account_change: {
    readonly id: Generated<number>;
    /** A `Matter`: what it is about. */
    readonly matter: string;
    readonly subject: string;
    readonly content: string;
    readonly body: string;
    readonly proposed_by: string;
    readonly proposed_at: number;
    readonly expires_at: number;
    readonly outcome: string | null;
    readonly decided_by: string | null;
    readonly decided_at: number | null;
  };
  readonly account_token: {
    readonly id: string;
    readonly secret_hash: string;
    readonly label: string;
    readonly person: string | null;
    readonly workload: string | null;
    readonly organisation: string | null;
    readonly flake: string | null;
    readonly scopes: string;
    readonly created_at: number;
    readonly created_by: string;
    readonly expires_at: number;
    readonly revoked_at: number | null;
    readonly last_used_at: number | null;
  };
  readonly account_session: {
    readonly id: string;
    readonly secret_hash: string;
    readonly person: string;
    readonly token_id: string | null;
    readonly scopes: string;
    readonly agent: string;
    readonly created_at: number;
    readonly expires_at: number;
    readonly ended_at: number | null;
  };
  /** `flake_key` empty: every flake of the organisation. */
  readonly account_grant: {
    readonly organisation_key: string;
    readonly flake_key: string;
    readonly person: string;
    readonly organisation: string;
    readonly flake: string | null;
    readonly role: string;
    readonly granted_at: number;
    readonly granted_by: string;
  };
  readonly account_closure: {
    readonly id: string;
    readonly secret_hash: string;
    readonly store_path: string;
    readonly issued_to: string;
    readonly expires_at: number;
  };
}
