import type { EpochMs } from '../../../foundation/clock.ts';
import type { UpstreamSignals } from '../detectors/detector.ts';
import type { ProjectFacts } from '../forge/model.ts';
import type { TagMemory } from '../reviews/fact-store.ts';
import type { SeenTag } from '../sources/compare-source.ts';

/** What a tag, what was remembered of its repository and what a forge says come to. */
export function signalsOf(given: {
  readonly tag: SeenTag | null;
  readonly signer: string | null;
  readonly memory: TagMemory | null;
  readonly project: ProjectFacts | null;
  readonly scorecard: UpstreamSignals['scorecard'];
  readonly resolvesFlaw: boolean;
  readonly now: EpochMs;
}): UpstreamSignals | null {
  const { tag, signer, memory, project, scorecard, now } = given;
  if (tag === null && project === null) return null;
  return {
    releasedAt: tag?.at ?? null,
    releases: project?.releases ?? [],
    signer:
      signer === null || memory === null
        ? null
        : { name: signer, firstSeenAt: memory.signerSince ?? now, isNew: memory.isNewSigner },
    tagMoved: memory !== null && memory.moved.length > 0,
    transferred: tag !== null && project !== null && !isSameProject(tag.repository, project.fullName),
    archived: project?.archived ?? false,
    scorecard,
    fastLane: given.resolvesFlaw,
  };
}

function isSameProject(repository: string, fullName: string): boolean {
  return new URL(repository).pathname.replace(/^\/|(\.git)?\/?$/g, '').toLowerCase() === fullName.toLowerCase();
}
