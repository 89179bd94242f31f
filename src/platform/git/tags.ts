import { AppError } from '../../foundation/errors.ts';
import { callGit, gitErrors, lastWords, mustGit, withoutSecrets } from './git-process.ts';
import type { RemoteTag, TagFacts } from './index.ts';
import { checkedRefName, checkedUrl } from './names.ts';

const mostTags = 200_000;

/** The tags of a repository elsewhere, each with the commit that it names. */
export async function listTags(options: {
  readonly directory: string;
  readonly url: string;
  readonly signal: AbortSignal;
}): Promise<readonly RemoteTag[]> {
  const url = checkedUrl(options.url);
  const { code, stdout, stderr } = await callGit(options.directory, {
    args: ['ls-remote', '--tags', '--', url],
    signal: options.signal,
    maxBytes: 32 * 1024 * 1024,
  });
  if (code !== 0) throw failed(url, stderr);
  const tags = new Map<string, string>();
  for (const line of stdout.toString('utf8').split('\n').slice(0, mostTags)) {
    const [, id = '', name = '', peeled = ''] = /^([0-9a-f]{40})\trefs\/tags\/(.+?)(\^\{\})?$/.exec(line) ?? [];
    // An annotated tag stands first itself, then with the commit behind it.
    if (id !== '' && (peeled !== '' || !tags.has(name))) tags.set(name, id);
  }
  return [...tags].map(([name, commitId]) => ({ name, commitId }));
}

/** Fetches the tree of one tag, without its history. */
export async function fetchTag(options: {
  readonly directory: string;
  readonly url: string;
  readonly tag: string;
  readonly into: string;
  readonly signal: AbortSignal;
}): Promise<TagFacts> {
  const url = checkedUrl(options.url);
  const into = checkedRefName(options.into);
  const { code, stderr } = await callGit(options.directory, {
    args: [
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-write-fetch-head',
      '--recurse-submodules=no',
      url,
      `+refs/tags/${checkedRefName(options.tag)}:${into}`,
    ],
    signal: options.signal,
  });
  if (code !== 0) throw failed(url, stderr);
  const fields = [
    'objecttype',
    'taggeremail',
    'taggerdate:unix',
    '*committerdate:unix',
    'committerdate:unix',
    'contents:signature',
  ];
  const output = await mustGit(options.directory, {
    args: ['for-each-ref', `--format=${fields.map((field) => `%(${field})`).join('%00')}`, into],
  });
  const [type, tagger = '', taggedAt = '', peeledAt = '', committedAt = '', signature = ''] = output
    .toString('utf8')
    .split('\0');
  const seconds = [taggedAt, peeledAt, committedAt].find((text) => /^\d+$/.test(text));
  return {
    at: seconds === undefined ? null : Number(seconds) * 1000,
    tagger: type === 'tag' ? tagger.replaceAll(/^<|>$/g, '') : null,
    signature: signature.trim() === '' ? null : signature.trim(),
  };
}

function failed(url: string, stderr: string): AppError {
  return new AppError(gitErrors.fetchFailed, `${withoutSecrets(url)} could not be read: ${lastWords(stderr)}`, {
    hint: 'Check the address and the network.',
  });
}
