import type { FlakeEditOutcome } from '../../formats/nix/flake-edit/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { type FlakeFile, writeFlakeFile } from './flake-file.ts';

/** What became of a flake.nix. */
export interface FlakeChange {
  readonly file: string;
  /** The whole text as it is now, or would be. */
  readonly text: string;
  readonly changes: readonly InputChange[];
  /** Inputs that were left as they are, and why. */
  readonly left: readonly { readonly input: string; readonly url: string; readonly reason: string }[];
  readonly isWritten: boolean;
}

export interface InputChange {
  readonly input: string;
  /** Null for an input that was not there. */
  readonly from: string | null;
  readonly to: string;
}

/** The text after an edit that may have changed nothing; a refused one throws what to paste by hand. */
export function textAfter(file: FlakeFile, outcome: FlakeEditOutcome, byHand: readonly string[]): string {
  if (outcome.kind === 'refused') throw refusal(file, outcome.reason, byHand);
  return outcome.kind === 'edited' ? outcome.text : (file.text ?? '');
}

export function refusal({ file }: FlakeFile, reason: string, byHand: readonly string[]): AppError {
  return new AppError({ code: 'flake.refused', retryable: false }, `${file} was not touched: ${reason}`, {
    hint:
      byHand.length === 0
        ? 'Write its inputs as plain sets, then run this again.'
        : `Write by hand:\n${byHand.map((line) => `    ${line}`).join('\n')}`,
  });
}

/** Writes what changed unless the run is dry. */
export async function finish(
  file: FlakeFile,
  given: Omit<FlakeChange, 'file' | 'isWritten'> & { readonly dryRun: boolean },
): Promise<FlakeChange> {
  const isWritten = !given.dryRun && given.text !== (file.text ?? '');
  if (isWritten) await writeFlakeFile(file, given.text);
  const { text, changes, left } = given;
  return { file: file.file, text, changes, left, isWritten };
}
