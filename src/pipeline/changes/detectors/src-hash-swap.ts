import { parseNixHash, sriOf } from '../../../formats/nix/hash.ts';
import { type Detector, type ExaminedBuild, hitsOf } from './detector.ts';

/** Other bytes under the same name, version and address: a silent upload over an old release. */
export const srcHashSwap: Detector = {
  id: 'D01',
  name: 'src-hash-swap',
  title: 'Other source under the same version',
  needs: ['packages'],
  examine: (step) =>
    hitsOf(step, 'critical', ({ before, after }) => {
      if (before.pname !== after.pname || before.version !== after.version) return [];
      return after.sources.flatMap((source) => {
        const old = before.sources.find((other) => sameAddresses(other.urls, source.urls) && other.rev === source.rev);
        const [from, to] = [digestOf(old?.hash ?? null), digestOf(source.hash)];
        if (from === null || to === null || from === to) return [];
        return [
          `${source.name} has the digest ${to} in place of ${from}, at the same address and version ${after.version}`,
        ];
      });
    }),
};

function sameAddresses(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}

/** In one encoding: the same digest written another way is the same. */
export function digestOf(text: string | null): string | null {
  if (text === null) return null;
  const hash = parseNixHash(text);
  return hash === null ? text : sriOf(hash);
}

/** Every source's digest, in order; null when one has none. */
export function digestsOf({ sources }: Pick<ExaminedBuild, 'sources'>): readonly string[] | null {
  const digests = sources.map(({ hash }) => digestOf(hash)).filter((digest) => digest !== null);
  return digests.length === sources.length && digests.length > 0 ? digests : null;
}
