import type { FeedSource, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { filesOf } from '../reading/files-of.ts';
import { elementsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseNode } from './normalise.ts';

export const node: FeedSource = {
  id: 'node',
  title: 'Node.js core',
  licence: 'MIT',
  attribution: 'Advisories by the Node.js security working group.',
  homepage: 'https://github.com/nodejs/security-wg',
  defaultUrl: 'https://raw.githubusercontent.com/nodejs/security-wg/main/vuln/core/index.json',
  intervalMs: 3_600_000,
  optIn: null,
  read: (context) => readWhole(context, { records: (path) => recordsIn(path, context) }),
};

async function* recordsIn(path: string, { clock, signal }: ReadContext) {
  const context = { source: node.id, now: clock.now() };
  for await (const { name, bytes } of filesOf(path, signal)) {
    for await (const piece of elementsOf(bytes(), { name, path: [] })) {
      // The number is the only name of a record without a CVE.
      const text = `{"number":${JSON.stringify(piece.keys.at(-1) ?? '')},"entry":${piece.text}}`;
      yield normalisePiece({ ...piece, text }, normaliseNode, context);
    }
  }
}
