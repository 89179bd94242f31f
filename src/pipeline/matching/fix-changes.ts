import { readUnifiedDiff } from '../../formats/unified-diff/read-unified-diff.ts';

/** What each fix changes in the code, by commit: keys as `changeKeys` gives them. */
export type FixChanges = ReadonlyMap<string, readonly string[]>;

/** Those who carry a fix back leave these away as often as not; nothing in them is run. */
const besideTheCode =
  /(?:^|\/)(?:tests?|testing|t|testsuite|spec|docs?|documentation|examples?|fuzz|fuzzing|\.github)\/|(?:^|\/)(?:NEWS|CHANGES|ChangeLog|CHANGELOG|README|RELEASE-NOTES|MANIFEST|THANKS|AUTHORS)[\w.-]*$|\.(?:md|rst|adoc|pod|man|\d)$/;

/**
 * A key for each file of code that a diff changes, equal for equal changes to files of that name: sources move between
 * folders, and packages unpack only a part of a repository.
 */
export function changeKeys(diff: string): readonly string[] {
  return readUnifiedDiff(diff)
    .filter(({ path }) => !besideTheCode.test(path))
    .map(({ path, digest }) => `${path.slice(path.lastIndexOf('/') + 1)} ${digest}`);
}
