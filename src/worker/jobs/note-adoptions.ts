import { lackedByFlake } from '../../pipeline/consumers/index.ts';
import { consumerStandings } from '../consumer-standings.ts';
import type { JobHandler } from './job.ts';
import { mostReleases } from './plan-alerts.ts';

/** What consumers run, and where that is not known what they lock: who has a fix stops its clock for it. */
export const noteAdoptionsJob: JobHandler = async ({ context }) => {
  const { findings, consumers, releases } = context;
  const [everyone, stated, uploads] = await Promise.all([
    consumers.consumers(),
    findings.closuresStated(),
    consumers.closures.standing(),
  ]);
  const told = new Set(uploads.flatMap(({ state, consumerId }) => (state === 'current' ? [consumerId] : [])));
  const concerned = everyone.filter(({ id, name }) => told.has(id) || stated.includes(name));
  if (concerned.length === 0) return;
  const standings = await consumerStandings(context, {
    consumers: concerned,
    releases: told.size === 0 ? [] : await releases.releases({ limit: mostReleases }),
    // What is open again is no adoption anyway.
    findings: [],
  });
  await findings.noteAdoptions(
    standings.map(({ consumer: { name, seenAt, inputs: locked }, inputs, closure }) => ({
      closure: name,
      seenAt,
      inputs: locked.map(({ organisation, flake, version }) => ({ flake: `${organisation}/${flake}`, version })),
      runs:
        closure === undefined
          ? null
          : { since: closure.uploadedAt, source: closure.source ?? '', flakes: lackedByFlake(inputs) },
    })),
  );
};
