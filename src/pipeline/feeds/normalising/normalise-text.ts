import { parseJson } from '../../../formats/json/parse-json.ts';
import { messageOf } from '../../../foundation/errors.ts';
import type { FeedRecord, Normalised } from '../model.ts';
import { maxRecordBytes } from '../reading/limits.ts';
import type { Piece } from '../reading/pieces.ts';

/** What a source's `normalise` is told besides the document. */
export interface NormaliseContext {
  readonly source: string;
  /** For the plausibility of dates. */
  readonly now: number;
}

export type Normalise = (value: unknown, context: NormaliseContext) => FeedRecord;

/** One piece as a record, or rejected with the reason: a record never stops its feed. */
export function normalisePiece(piece: Piece, normalise: Normalise, context: NormaliseContext): Normalised {
  const { name, text } = piece;
  if (!piece.whole)
    return { kind: 'rejected', id: idIn(text, name), reason: `larger than ${maxRecordBytes} bytes`, raw: text };
  try {
    return { kind: 'record', record: normalise(parseJson(text), context), raw: text };
  } catch (error) {
    return { kind: 'rejected', id: idIn(text, name), reason: messageOf(error).slice(0, 500), raw: text };
  }
}

/** The id that a broken text seems to have, and not that of its weakness; else its place. */
function idIn(text: string, name: string): string {
  const declared = /"(?:id|cveId|cveID|cve_id)"\s*:\s*"(?!CWE-)([\w.:+-]{3,200})"/.exec(text.slice(0, 100_000))?.[1];
  if (declared !== undefined) return declared;
  const plain = name.replaceAll(/[^\x20-\x7e]/g, '').slice(-200);
  return plain.replace(/^.*\//, '').replace(/\.json(?:\.gz)?$/, '');
}
