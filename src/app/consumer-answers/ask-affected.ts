import { AppError } from '../../foundation/errors.ts';
import {
  type Affected,
  affectedBy,
  findInputs,
  lockPaths,
  type SetFacts,
  standingOf,
} from '../../pipeline/consumers/index.ts';
import { sourceFor } from '../check-lock.ts';
import { type FactsQuestion, type FactsSource, factsSource } from './facts-source.ts';
import { readSubject, type Subject } from './read-subject.ts';

export const noSource = { code: 'usage.no-source', retryable: false } as const;

/** Is what is named affected by one vulnerability? Without a name: is the set itself? */
export async function askAffected(
  question: FactsQuestion & { readonly id: string; readonly named: readonly string[] },
): Promise<Affected & { readonly subject: string; readonly answeredBy: string }> {
  const subject = question.named.length === 0 ? null : await readSubject(question.named, question);
  const source = await sourceOf(subject, question);
  const advisory = await source.advisory(question.id);
  const { facts } = source;
  const now = question.clock.now();
  return {
    subject: subject?.name ?? facts.server,
    answeredBy: source.name,
    ...affectedBy({ id: question.id, advisory, facts, now, subject: subjectOf(subject, facts, now) }),
  };
}

export async function sourceOf(subject: Subject | null, question: FactsQuestion): Promise<FactsSource> {
  const source = subject?.kind === 'lock' ? await sourceFor(subject.lock, question) : await factsSource(question);
  if (source !== null) return source;
  throw new AppError(noSource, 'nobody is named who could answer', {
    hint: 'Name a server with --server URL or in SNOWGUARD_SERVER, a workspace with --workspace DIR, or a signed file with --data FILE --key KEY.',
  });
}

function subjectOf(subject: Subject | null, facts: SetFacts, now: number): Parameters<typeof affectedBy>[0]['subject'] {
  if (subject === null)
    return {
      kind: 'components',
      components: facts.packages.map(({ attr, channel, system, pname, version, drvPath, outputs }) => ({
        id: `${attr} in ${channel} on ${system}`,
        name: pname,
        version,
        storePaths: outputs,
        drvPath,
        isSource: false,
      })),
    };
  if (subject.kind === 'components') return subject;
  const consumer = { id: 'lock', name: subject.name, inputs: findInputs(subject.lock), seenAt: now };
  const { releases, findings } = facts;
  return {
    kind: 'lock',
    standings: standingOf({ consumer, releases, findings }).inputs,
    inputs: lockPaths(subject.lock),
  };
}
