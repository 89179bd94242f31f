import { AppError } from '../../foundation/errors.ts';
import { gitErrors } from './git-process.ts';

/** A ref, an id, or `commit:folder`: anything that cannot be taken for an option. */
export function checkedReference(reference: string): string {
  if (reference === '' || reference.startsWith('-') || reference.length > 4096 || /\p{Cc}/u.test(reference))
    throw new AppError(gitErrors.failed, `not a git reference: ${JSON.stringify(reference.slice(0, 100))}`);
  return reference;
}

/** A branch or ref name by the rules of `git check-ref-format`, ASCII only. */
export function checkedRefName(name: string): string {
  const parts = name.split('/');
  const fine =
    name.length <= 250 &&
    /^[A-Za-z0-9._/+-]+$/.test(name) &&
    !name.includes('..') &&
    parts.every((part) => part !== '' && !/^[.-]|\.lock$|\.$/.test(part));
  if (!fine)
    throw new AppError(gitErrors.failed, `not a branch name: ${JSON.stringify(name.slice(0, 100))}`, {
      hint: 'A branch has letters, digits and . _ / + -, as in nixos-unstable.',
    });
  return name;
}

/** http, https and file only; an absolute path is taken as a file. */
export function checkedUrl(url: string): string {
  const text = url.startsWith('/') ? `file://${url}` : url;
  if (!URL.canParse(text) || !['http:', 'https:', 'file:'].includes(new URL(text).protocol))
    throw new AppError(gitErrors.unsafe, 'the address of a repository must be an http, https or file URL', {
      hint: 'Write it as https://host/path or file:///path.',
    });
  return text;
}
