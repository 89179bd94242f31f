import { AppError } from '../../foundation/errors.ts';
import { assertSafePaths, type TreeEntry } from '../../platform/git/index.ts';

const unpublishable = { code: 'releases.tree', retryable: false } as const;

/** Refuses trees that Nix could not unpack, or would unpack as something else than git holds. */
export function assertPublishable(entries: readonly TreeEntry[], commitId: string): void {
  const at = `the tree of ${commitId.slice(0, 12)}`;
  if (entries.length === 0)
    throw new AppError(unpublishable, `${at} is empty`, { hint: 'Publish a commit with files.' });
  const submodule = entries.find((entry) => entry.mode === '160000');
  if (submodule !== undefined)
    throw new AppError(
      unpublishable,
      `${at} has a submodule at ${JSON.stringify(submodule.path.slice(0, 200))}, which a tarball cannot carry`,
      { hint: 'Put the files of the submodule into the tree, or remove it.' },
    );
  assertSafePaths(entries.map((entry) => entry.path));
}
