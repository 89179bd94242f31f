import { AppError } from '../../foundation/errors.ts';
import { commitCommands, fastImport } from './fast-import.ts';
import { gitErrors } from './git-process.ts';
import type { HistoryCommit } from './index.ts';
import { checkedRefName } from './names.ts';

/**
 * Writes a whole history in one `git fast-import`; each ref ends at the last commit that names it. The same commits give
 * the same ids, so that doing it again changes nothing.
 */
export async function importHistory(
  directory: string,
  commits: readonly HistoryCommit[],
): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, number>();
  const commands = commits.flatMap(({ name, ref, parents, edits, text }) => {
    const from = parents.map((parent) => `:${markOf(marks, parent)}`);
    const mark = marks.size + 1;
    marks.set(name, mark);
    // Without `from`, fast-import would put a first commit on top of what the ref holds already.
    const fresh = from.length === 0 ? [Buffer.from(`reset ${checkedRefName(ref)}\n\n`)] : [];
    return [...fresh, ...commitCommands({ ref: checkedRefName(ref), mark, parents: from, edits, text })];
  });
  const asked = [...marks.values()].map((mark) => Buffer.from(`get-mark :${mark}\n`));
  const ids = (await fastImport(directory, [...commands, ...asked])).trim().split('\n');
  return new Map([...marks].map(([name, mark]) => [name, ids[mark - 1] ?? '']));
}

function markOf(marks: ReadonlyMap<string, number>, name: string): number {
  const mark = marks.get(name);
  if (mark === undefined) throw new AppError(gitErrors.missing, `the history has no commit ${name} before this one`);
  return mark;
}
