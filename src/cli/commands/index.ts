import type { CommandMaker } from '../context.ts';
import { addCommand } from './add.ts';
import { advisoriesCommand } from './advisories.ts';
import { affectedCommand } from './affected.ts';
import { alertsCommand } from './alerts.ts';
import { cacheCommand } from './cache.ts';
import { channelsCommand } from './channels.ts';
import { checkCommand } from './check.ts';
import { configCommand } from './config.ts';
import { consumerCommand } from './consumer.ts';
import { convertCommand } from './convert.ts';
import { coverageCommand } from './coverage.ts';
import { coveredCommand } from './covered.ts';
import { dataCommand } from './data.ts';
import { ejectCommand } from './eject.ts';
import { embargoCommand } from './embargo.ts';
import { explainCommand } from './explain.ts';
import { feedsCommand } from './feeds.ts';
import { findingsCommand } from './findings.ts';
import { flakeCommand } from './flake.ts';
import { initCommand } from './init.ts';
import { listCommand } from './list.ts';
import { loginCommand, logoutCommand } from './login.ts';
import { mappingsCommand } from './mappings.ts';
import { patchesCommand } from './patches.ts';
import { peopleCommand } from './people.ts';
import { policyCommand } from './policy.ts';
import { proposeCommand } from './propose.ts';
import { releaseCommand } from './release.ts';
import { requestsCommand } from './requests.ts';
import { rescoreCommand } from './rescore.ts';
import { reviewCommand } from './review.ts';
import { scanCommand } from './scan.ts';
import { searchCommand } from './search.ts';
import { slaCommand } from './sla.ts';
import { statusCommand } from './status.ts';
import { syncCommand } from './sync.ts';
import { tokenCommand } from './token.ts';
import { triageCommand } from './triage.ts';
import { upCommand } from './up.ts';
import { updateCommand } from './update.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandMaker[] = [
  upCommand,
  initCommand,
  syncCommand,
  scanCommand,
  statusCommand,
  findingsCommand,
  triageCommand,
  embargoCommand,
  advisoriesCommand,
  slaCommand,
  policyCommand,
  explainCommand,
  mappingsCommand,
  rescoreCommand,
  coveredCommand,
  proposeCommand,
  channelsCommand,
  patchesCommand,
  reviewCommand,
  releaseCommand,
  flakeCommand,
  cacheCommand,
  feedsCommand,
  alertsCommand,
  dataCommand,
  checkCommand,
  affectedCommand,
  coverageCommand,
  updateCommand,
  consumerCommand,
  requestsCommand,
  addCommand,
  convertCommand,
  ejectCommand,
  listCommand,
  searchCommand,
  loginCommand,
  logoutCommand,
  peopleCommand,
  tokenCommand,
  configCommand,
];
