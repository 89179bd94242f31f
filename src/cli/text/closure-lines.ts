import type { readClosureOf } from '../../app/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { columns } from './columns.ts';

type Closure = Awaited<ReturnType<typeof readClosureOf>>;

const mostNamed = 20;

/** What a consumer runs, and what of it must be acted on. */
export function closureLines({
  name,
  closure,
  refused,
  mustAct,
  exposures,
  notHeld,
  history,
}: Closure): readonly string[] {
  const lines =
    closure === null
      ? [`${name}: it is not known what runs; its lock alone counts. Tell it: snowguard consumer closure set ${name}`]
      : [
          `${name} runs ${counted(closure.packages, 'package', 'packages')} (${closure.source}), told ${closure.uploadedAt} by ${closure.uploadedBy ?? 'an operator'}${closure.seenAt === closure.uploadedAt ? '' : ` and again ${closure.seenAt}`}.`,
        ];
  if (refused !== null) lines.push(`The upload of ${refused.at} could not be read: ${refused.reason}.`);
  for (const act of mustAct) {
    lines.push(
      `Must act (${act.band}): ${act.packages.join(', ')}`,
      ...(act.firstChange === null ? [] : [`    ${act.firstChange}`]),
      `    run: ${act.command}`,
      ...columns(
        act.fixes
          .slice(0, mostNamed)
          .map(({ advisoryId, attr, fromVersion, toVersion }) => [
            `    ${advisoryId}`,
            attr,
            `${fromVersion} to ${toVersion}`,
          ]),
      ),
    );
  }
  if (closure !== null && mustAct.length === 0) lines.push('It lacks no released fix.');
  if (exposures.length > 0) lines.push(`Without a released fix: ${named(exposures)}`);
  if (notHeld.length > 0) lines.push(`Fixed in the set, and not run here: ${named(notHeld)}`);
  if (history.length > 0) lines.push(`Before: ${counted(history.length, 'closure', 'closures')}.`);
  return lines.map((line) => plainText(line));
}

function named(fixes: Closure['exposures']): string {
  const all = fixes.map(({ advisoryId, attr }) => `${advisoryId} in ${attr}`);
  const more = all.length > mostNamed ? [`${all.length - mostNamed} more`] : [];
  return [...all.slice(0, mostNamed), ...more].join(', ');
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
