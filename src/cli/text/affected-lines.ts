import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { assertNever } from '../../foundation/assert-never.ts';
import { toIso } from '../../foundation/clock.ts';
import type { Affected } from '../../pipeline/consumers/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';

const most = 40;

export function affectedLines(affected: Affected & { readonly subject: string }): readonly string[] {
  const { id, title, lines, lookedAt } = affected;
  const shown = lines.slice(0, most);
  return [
    `${plainText(id)}: ${headline(affected)}`,
    ...(title === null ? [] : [`  ${plainText(title).slice(0, 200)}`]),
    ...shown.flatMap((line) => [
      plainText(`  ${line.name} ${line.version ?? ''}`.trimEnd()) +
        plainText(`: ${words[line.answer]}. ${line.because}`),
      plainText(`    at ${line.place}`),
      ...[
        line.since === null ? null : `known since ${day(line.since)}`,
        line.answer === 'affected' && line.dueAt !== null ? `fix promised until ${day(line.dueAt)}` : null,
        fixWords(line),
        line.todo,
      ].flatMap((part) => (part === null ? [] : [`    ${plainText(part)}`])),
    ]),
    ...(lines.length > most ? [`  and ${lines.length - most} more: --json lists them`] : []),
    `  Names tried: ${affected.namesTried.length === 0 ? 'none' : plainText(affected.namesTried.join(', '))}`,
    `  Known as of: ${lookedAt === null ? 'never looked' : toIso(lookedAt)}`,
  ];
}

const words = { affected: 'affected', not_affected: 'not affected', not_looked_at: 'not looked at yet' } as const;

function headline({ answer, title, staleSince, subject }: Affected & { readonly subject: string }): string {
  const of = plainText(subject);
  switch (answer) {
    case 'affected':
      return `affected (${of}).`;
    case 'not_affected':
      return `not affected (${of}).`;
    case 'not_shipped':
      return `not shipped: nothing of ${of} is the product.`;
    case 'not_looked_at':
      if (staleSince === 0) return 'not looked at yet: no feed was ever read.';
      if (staleSince !== null) return `not looked at since ${toIso(staleSince)}.`;
      return title === null
        ? 'not looked at yet: no feed has a record of it, which says nothing of its being safe.'
        : `not looked at yet (${of}).`;
    default:
      return assertNever(answer);
  }
}

function day(instant: number): string {
  return toIso(instant).slice(0, 10);
}

function fixWords({ fixedIn, version }: Affected['lines'][number]): string | null {
  if (fixedIn === null) return null;
  return fixedIn === version ? 'patched in that version' : `fixed in ${simplifiedVersion(fixedIn)}`;
}
