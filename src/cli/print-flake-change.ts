import type { FlakeChange } from '../app/consumer-edit/index.ts';
import { plainText } from '../platform/log/plain-text.ts';
import { type CliContext, print } from './context.ts';

/** What became of a flake.nix: the new text on stdout in a dry run, which input moved from where to where otherwise. */
export function printFlakeChange(
  context: CliContext,
  options: { readonly json?: boolean; readonly dryRun?: boolean },
  change: FlakeChange,
): void {
  const json = options.json ?? false;
  const said = [
    ...change.changes.map(({ input, from, to }) => `${input}: ${from === null ? '' : `${from} becomes `}${to}`),
    ...change.left.map(({ input, url, reason }) => `${input} stays ${url}: ${reason}`),
    ...(change.changes.length === 0 ? [`${change.file} needs no change.`] : []),
  ].map(plainText);
  if (options.dryRun === true && !json) {
    context.stdout.write(change.text);
    context.stderr.write(said.map((line) => `${line}\n`).join(''));
    return;
  }
  print(context, json, change, () => said);
}
