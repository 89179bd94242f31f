/** Every step of the schema, in order; a step that was released is never changed. */

import { journalMigration } from './0001-journal.ts';
import { catalogMigration } from './0002-catalog.ts';
import { feedsMigration } from './0003-feeds.ts';
import { advisoriesMigration } from './0004-advisories.ts';
import { matchingMigration } from './0005-matching.ts';
import { changesMigration } from './0006-changes.ts';
import { releasesMigration } from './0007-releases.ts';
import { consumersMigration } from './0008-consumers.ts';
import { findingsMigration } from './0009-findings.ts';
import { accountsMigration } from './0010-accounts.ts';
import { deliveriesMigration } from './0011-deliveries.ts';
import { triageMigration } from './0012-triage.ts';
import { attainmentMigration } from './0013-attainment.ts';
import { cacheMigration } from './0014-cache.ts';
import { registryMigration } from './0015-registry.ts';
import { coverageRequestsMigration } from './0016-coverage-requests.ts';
import { shadowMigration } from './0017-matching.ts';
import { seriesMigration } from './0018-series.ts';
import { reviewsMigration } from './0019-reviews.ts';
import { coveredHistoryMigration } from './0021-covered-history.ts';
import { answersOwedMigration } from './0023-answers-owed.ts';
import { changedMigration } from './0024-changed.ts';
import { decisionsMigration } from './0025-decisions.ts';
import { learnedMigration } from './0026-matching.ts';
import { channelNoticesMigration } from './0027-channel-notices.ts';
import { reviewFactsMigration } from './0028-review-facts.ts';
import { grantsMigration } from './0029-grants.ts';
import { closuresMigration } from './0030-closures.ts';
import { confirmationsMigration } from './0031-confirmations.ts';
import { reviewLinesMigration } from './0032-review-lines.ts';
import { reviewScorecardMigration } from './0033-review-scorecard.ts';
import { twoPeopleMigration } from './0034-two-people.ts';
import { embargoesMigration } from './0035-embargoes.ts';
import { customersMigration } from './0036-customers.ts';
import { publicationsMigration } from './0037-publications.ts';
import { fixedElsewhereMigration } from './0038-fixed-elsewhere.ts';
import { scoreChangesMigration } from './0039-score-changes.ts';
import { reviewSourceMigration } from './0040-review-source.ts';
import { mergeAgainMigration } from './0041-merge-again.ts';
import type { Migration } from './migration.ts';

export { migrate } from './run.ts';

export const migrations: readonly Migration[] = [
  journalMigration,
  catalogMigration,
  feedsMigration,
  advisoriesMigration,
  matchingMigration,
  changesMigration,
  releasesMigration,
  consumersMigration,
  findingsMigration,
  accountsMigration,
  deliveriesMigration,
  triageMigration,
  attainmentMigration,
  cacheMigration,
  registryMigration,
  coverageRequestsMigration,
  shadowMigration,
  seriesMigration,
  reviewsMigration,
  coveredHistoryMigration,
  answersOwedMigration,
  changedMigration,
  decisionsMigration,
  learnedMigration,
  channelNoticesMigration,
  reviewFactsMigration,
  grantsMigration,
  closuresMigration,
  confirmationsMigration,
  reviewLinesMigration,
  reviewScorecardMigration,
  twoPeopleMigration,
  embargoesMigration,
  customersMigration,
  publicationsMigration,
  fixedElsewhereMigration,
  scoreChangesMigration,
  reviewSourceMigration,
  mergeAgainMigration,
];
