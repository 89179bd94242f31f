import { Command } from 'commander';
import type { CommandMaker } from '../context.ts';
import { ackCommand, correctCommand, pauseCommand, rateCommand, recordCommand } from './sla-act.ts';
import { exportCommand, verifyCommand } from './sla-export.ts';
import { lateMatchesCommand } from './sla-late.ts';
import { attainmentCommand, explainCaseCommand, forecastCommand, pagesCommand, rotaCommand } from './sla-read.ts';

export const slaCommand: CommandMaker = (context, finish) => {
  const sla = new Command('sla')
    .summary('the promise: clocks, attainment, who is called')
    .description(
      'Explains the clocks of a finding, shows how the promise was kept, exports it so that anyone can compute it again, and takes acts on clocks. A finding is named by its number or as CVE-2024-3094/xz/rolling.',
    );
  for (const command of [
    explainCaseCommand,
    attainmentCommand,
    forecastCommand,
    lateMatchesCommand,
    exportCommand,
    verifyCommand,
    pagesCommand,
    ackCommand,
    rotaCommand,
    pauseCommand,
    correctCommand,
    rateCommand,
    recordCommand,
  ])
    sla.addCommand(command(context, finish));
  return sla;
};
