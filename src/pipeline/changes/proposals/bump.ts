import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bumpPackage } from '../../../formats/nix/package-edit.ts';
import { packageExpression } from '../../catalog/index.ts';
import type { ProposalContext, WayOutcome } from './model.ts';
import { fixedVersionOf, textOf } from './proposal-text.ts';

const fetchMs = 10 * 60_000;
/** No source has it, so that Nix says which one it is. */
const noHash = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

/** The smallest release with the fix: version and hash rewritten, the hash being what Nix fetched. */
export async function bump(context: ProposalContext): Promise<WayOutcome> {
  const { git, base, instance, file, flaws, nix } = context;
  const to = fixedVersionOf(flaws);
  if (to === null) return { kind: 'not', why: 'no advisory says which release has the fix' };
  const [source, ...others] = instance.sources;
  if (source?.hash == null || others.length > 0)
    return { kind: 'not', why: 'the package has not exactly one source with a hash' };
  if (nix === null) return { kind: 'not', why: 'no Nix is installed that could fetch the new source' };
  const text = (await git.readFile(base, file))?.toString('utf8') ?? '';
  const version = { from: instance.version, to };
  const asked = bumpPackage(text, { version, hash: { from: source.hash, to: noHash } });
  if (asked.kind === 'refused') return { kind: 'not', why: `${file}: ${asked.reason}` };
  const fetched = await hashOf(context, asked.text);
  if (typeof fetched !== 'string') return { kind: 'not', why: fetched.why };
  if (fetched === source.hash)
    return { kind: 'not', why: `${file}: the address of the source does not follow the version` };
  const written = bumpPackage(text, { version, hash: { from: source.hash, to: fetched } });
  if (written.kind === 'refused') return { kind: 'not', why: `${file}: ${written.reason}` };
  const evidence = {
    flaws,
    origin: 'upstream',
    originUrl: source.urls[0]?.replaceAll(instance.version, to) ?? file,
    status: 'released',
    reason: `${to} is the smallest release with the fix; the hash is that of what Nix fetched`,
    dropWhen: to,
  } as const;
  const subject = `${instance.attr}: ${instance.version} -> ${to}`;
  const commitId = await git.writeCommit({
    parent: base,
    edits: [{ kind: 'write', path: file, content: written.text }],
    text: textOf(subject, evidence, (await git.commit(base)).committedAt),
  });
  return { kind: 'made', commitId };
}

/** Builds the source with a hash that nothing has, and reads which one Nix got. */
async function hashOf(
  { git, base, nix, instance, file, signal }: ProposalContext,
  text: string,
): Promise<string | { readonly why: string }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'snowguard-source-')));
  try {
    const tree = path.join(folder, 'source');
    await git.exportTree(base, tree);
    const written = path.join(tree, file);
    // A file of the tree may be a link out of it.
    if ((await realpath(written)) !== written) return { why: `${file} is a link` };
    await writeFile(written, text);
    const { attr, system } = instance;
    const expression = packageExpression({ tree, attr, system, part: 'source' });
    if (expression === null || nix === null) return { why: `${attr} is no attribute path` };
    const outcome = await nix.build({ expression, readable: [tree], timeoutMs: fetchMs, signal });
    if (outcome.kind === 'other-hash') return outcome.got;
    const lines = outcome.log.trim().split('\n');
    // Nix ends with the derivation that failed; why stands before it.
    const cause = lines.find((line) => /error: (?!builder for)/.test(line)) ?? lines.at(-1) ?? '';
    return {
      why:
        outcome.kind === 'built'
          ? 'the source does not depend on the hash in the file'
          : outcome.kind === 'timeout'
            ? 'fetching the new source took longer than ten minutes'
            : `the new source cannot be fetched: ${cause
                .replace(/^.*error: /, '')
                .trim()
                .slice(0, 300)}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
