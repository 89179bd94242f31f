import type { CommandMaker } from '../context.ts';
import { checkCommand } from './check.ts';
import { configCommand } from './config.ts';
import { feedsCommand } from './feeds.ts';
import { findingsCommand } from './findings.ts';
import { initCommand } from './init.ts';
import { releaseCommand } from './release.ts';
import { scanCommand } from './scan.ts';
import { statusCommand } from './status.ts';
import { syncCommand } from './sync.ts';
import { upCommand } from './up.ts';

/** Every command, in the order of the help. */
export const commands: readonly CommandMaker[] = [
  upCommand,
  initCommand,
  syncCommand,
  scanCommand,
  statusCommand,
  findingsCommand,
  releaseCommand,
  feedsCommand,
  checkCommand,
  configCommand,
];
