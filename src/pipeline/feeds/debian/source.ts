import { AppError } from '../../../foundation/errors.ts';
import type { FeedSource, Normalised, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { feedErrors } from '../reading/errors.ts';
import { filesOf } from '../reading/files-of.ts';
import { elementsOf, type Piece } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseDebian } from './normalise.ts';

export const debian: FeedSource = {
  id: 'debian',
  title: 'Debian security tracker',
  licence: 'none stated',
  attribution: 'Debian Security Tracker.',
  homepage: 'https://security-tracker.debian.org',
  defaultUrl: 'https://security-tracker.debian.org/tracker/data/json',
  intervalMs: 6 * 3_600_000,
  optIn: null,
  read: (context) =>
    readWhole(context, { records: (path) => recordsIn(path, context), request: { maxBytes: maxHeldBytes } }),
};

/** Several times the real tracker. */
const maxHeldBytes = 512 * 1024 * 1024;

/** The tracker goes by source package; a record is what it has of one id, so all is held until the end. */
async function* recordsIn(path: string, { clock, signal }: ReadContext): AsyncGenerator<Normalised> {
  const context = { source: debian.id, now: clock.now() };
  const members = new Map<string, string[]>();
  let held = 0;
  for await (const { name, bytes } of filesOf(path, signal)) {
    for await (const piece of elementsOf(bytes(), { name, path: ['*'] })) {
      const [package_ = '', id = ''] = piece.keys;
      if (!piece.whole) {
        yield normalisePiece({ ...piece, name: id }, normaliseDebian, context);
        continue;
      }
      held += piece.text.length;
      if (held > maxHeldBytes) throw new AppError(feedErrors.tooLarge, `${name} holds more than ${maxHeldBytes} bytes`);
      const member = `${JSON.stringify(package_)}:${piece.text}`;
      const known = members.get(id);
      if (known === undefined) members.set(id, [member]);
      else known.push(member);
    }
  }
  for (const [id, packages] of members) yield normalisePiece(pieceOf(id, packages), normaliseDebian, context);
}

function pieceOf(id: string, packages: readonly string[]): Piece {
  return { name: id, text: `{"id":${JSON.stringify(id)},"packages":{${packages.join(',')}}}`, whole: true };
}
