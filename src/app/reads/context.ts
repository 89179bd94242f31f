import type { TermsPort } from '../../http/index.ts';
import type { JournalTables } from '../../journal/index.ts';
import type { RegistryStore } from '../../pipeline/releases/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { WalkContext } from '../../worker/index.ts';

/** What the reads are composed from. */
export interface ReadContext {
  readonly context: WalkContext;
  readonly database: Database<JournalTables>;
  readonly published: RegistryStore;
  readonly terms: TermsPort;
}
