import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CheckRequest } from '../app/index.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import type { CliContext } from './context.ts';
import type { FactsOptions } from './facts-options.ts';

export interface CheckOptions extends FactsOptions {
  readonly atLeast: 'critical' | 'high' | 'medium' | 'low';
  readonly closure?: string;
  readonly checkSupported?: boolean;
  readonly checkOutdated?: boolean;
  readonly checkOwner?: boolean;
  readonly ignoreMissingFlakeLock?: boolean;
  readonly failMode?: boolean;
  readonly markdownSummary?: boolean;
  readonly condition?: string;
  readonly nixpkgsKeys?: readonly string[];
  readonly channelStatuses?: string;
  readonly sarif?: string;
  readonly register?: string;
  readonly json?: boolean;
}

/** The rules as `flake-checker` users write them, by option or in the environment. */
export function addPolicyOptions(command: Command): Command {
  return command
    .option('--check-supported', 'each branch followed must be one that Nixpkgs supports (the default)')
    .option('--no-check-supported', 'do not ask that')
    .option('--check-outdated', 'no Nixpkgs may be older than 30 days (the default)')
    .option('--no-check-outdated', 'do not ask that')
    .option('--check-owner', 'each Nixpkgs must come from NixOS, or from a set like this one (the default)')
    .option('--no-check-owner', 'do not ask that')
    .option('-c, --condition <cel>', 'instead of the three: a condition in CEL that each Nixpkgs input must meet')
    .addOption(
      new Option(
        '-n, --nixpkgs-keys <names>',
        'the inputs that are a Nixpkgs, by name, with commas between (default: nixpkgs)',
      ).argParser((text) => {
        const names = text.split(',').map((name) => name.trim());
        if (names.every((name) => name !== '')) return names;
        throw new InvalidArgumentError('write names with commas between.');
      }),
    )
    .option(
      '--channel-statuses <place>',
      'how Nixpkgs stands by its branches: a file, or "online" to ask nixos.org; else by its calendar',
    )
    .option('-f, --fail-mode', 'a broken rule is an error: exit status 1')
    .option('--ignore-missing-flake-lock', 'no lock is no problem (the default where none is named)')
    .option('--no-ignore-missing-flake-lock', 'no lock is a problem')
    .option('-m, --markdown-summary', 'in a GitHub workflow: write the step summary (the default)')
    .option('--no-markdown-summary', 'do not write it')
    .addOption(new Option('--no-telemetry', 'there is none; taken for the sake of those who write it').hideHelp());
}

/** What holds: the option, else the environment, else the default. Of a switch in the environment only `false` turns it off. */
export function switchOf(context: CliContext, given: boolean | undefined, name: string, otherwise: boolean): boolean {
  const said = context.environment[`NIX_FLAKE_CHECKER_${name}`];
  return given ?? (said === undefined ? otherwise : said.toLowerCase() !== 'false');
}

export function namedKeys({ environment }: CliContext, { nixpkgsKeys }: CheckOptions): readonly string[] | null {
  const said = environment.NIX_FLAKE_CHECKER_NIXPKGS_KEYS;
  return nixpkgsKeys ?? (said === undefined || said === '' ? null : said.split(',').map((name) => name.trim()));
}

export class ConditionError extends Error {}

export async function policyOf(context: CliContext, options: CheckOptions): Promise<CheckRequest['policy']> {
  const { celCondition, statusesByCalendar } = await import('../pipeline/consumers/index.ts');
  const text = options.condition ?? (context.environment.NIX_FLAKE_CHECKER_CONDITION || undefined);
  const outcome = text === undefined ? null : await celCondition(text);
  if (outcome?.kind === 'malformed') throw new ConditionError(`the condition cannot be read: ${outcome.reason}`);
  const place = options.channelStatuses;
  return {
    keys: namedKeys(context, options) ?? ['nixpkgs'],
    checkSupported: switchOf(context, options.checkSupported, 'CHECK_SUPPORTED', true),
    checkOutdated: switchOf(context, options.checkOutdated, 'CHECK_OUTDATED', true),
    checkOwner: switchOf(context, options.checkOwner, 'CHECK_OWNER', true),
    condition: outcome === null ? null : (variables) => decided(() => outcome.condition(variables)),
    statuses: place === undefined ? statusesByCalendar(context.clock.now()) : await statusesAt(context, place),
  };
}

function decided(decide: () => boolean): boolean {
  try {
    return decide();
  } catch (error) {
    throw new ConditionError(`the condition cannot be decided: ${messageOf(error).slice(0, 500)}`);
  }
}

const online = 'https://prometheus.nixos.org/api/v1/query?query=channel_revision';

async function statusesAt(context: CliContext, place: string) {
  const { readChannelStatuses } = await import('../pipeline/consumers/index.ts');
  try {
    const text =
      place === 'online'
        ? await (await fetch(online, { signal: AbortSignal.any([context.signal, AbortSignal.timeout(20_000)]) })).text()
        : await readFile(path.resolve(context.cwd, place), 'utf8');
    const statuses = readChannelStatuses(text);
    if (statuses === null) throw new Error('it tells no status of a channel');
    return statuses;
  } catch (error) {
    throw new AppError({ code: 'usage.channel-statuses', retryable: true }, `${place}: ${messageOf(error)}`, {
      cause: error,
      hint: 'Leave --channel-statuses out: the calendar of Nixpkgs is known without it.',
    });
  }
}
