import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { addPatch } from '../../../formats/nix/package-edit.ts';
import { messageOf } from '../../../foundation/errors.ts';
import type { ProposalContext, WayOutcome } from './model.ts';
import { type PatchLink, patchLinks } from './patch-links.ts';
import { fixedVersionOf, textOf } from './proposal-text.ts';

const mostBytes = 512 * 1024;
const fetchMs = 30_000;

/** A patch that an advisory or a distribution links, laid beside the package's file and added to its list. */
export async function vendorPatch(context: ProposalContext, origin: PatchLink['origin']): Promise<WayOutcome> {
  const { git, base, instance, file, flaws } = context;
  const [flaw, ...others] = flaws;
  if (flaw === undefined || others.length > 0)
    return { kind: 'not', why: 'a patch is proposed for one finding at a time: name the finding' };
  const links = patchLinks({ references: flaw.references, instance }).filter((link) => link.origin === origin);
  if (links.length === 0)
    return {
      kind: 'not',
      why:
        origin === 'upstream'
          ? 'no advisory links a commit of the project'
          : 'no statement of a distribution links a patch',
    };
  const text = (await git.readFile(base, file))?.toString('utf8') ?? '';
  const name = `${flaw.advisoryId.replaceAll(/[^\w.-]/g, '-')}.patch`;
  const place = path.posix.join(path.posix.dirname(file), name);
  if ((await git.readFile(base, place)) !== null) return { kind: 'not', why: `${place} is there already` };
  const written = addPatch(text, `./${name}`);
  if (written.kind === 'refused') return { kind: 'not', why: `${file}: ${written.reason}` };
  let why = '';
  for (const link of links) {
    const content = await download(context, link.url);
    if (typeof content !== 'string') {
      why = content.why;
      continue;
    }
    const evidence = {
      flaws,
      origin,
      originUrl: link.url,
      status: origin === 'upstream' ? 'accepted' : 'not_sent',
      reason: 'no release that could be taken has the fix',
      dropWhen: fixedVersionOf(flaws),
    } as const;
    const commitId = await git.writeCommit({
      parent: base,
      edits: [
        { kind: 'write', path: file, content: written.text },
        { kind: 'write', path: place, content },
      ],
      text: textOf(`${instance.attr}: fix ${flaw.advisoryId}`, evidence, (await git.commit(base)).committedAt),
    });
    return { kind: 'made', commitId };
  }
  return { kind: 'not', why };
}

async function download({ fetcher, signal }: ProposalContext, url: string): Promise<string | { readonly why: string }> {
  let text: string;
  try {
    const answer = await fetcher.fetch({ url, maxBytes: mostBytes, timeoutMs: fetchMs, signal });
    if (answer.kind !== 'content') return { why: `${url} was refused` };
    text = (await buffer(answer.body)).toString('utf8');
  } catch (error) {
    signal.throwIfAborted();
    return { why: messageOf(error) };
  }
  // Nothing but a unified diff in UTF-8 is laid into the tree.
  const isPatch = /^--- \S+.*\n\+\+\+ \S+.*\n@@ -\d/m.test(text) && !/[\0\ufffd]/.test(text);
  return isPatch ? text : { why: `${url} gave no patch` };
}
