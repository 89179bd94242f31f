import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';

type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/** An entry of a tree object as it lies in git: any mode, any bytes as a name. */
export interface RawEntry {
  readonly mode: '100644' | '100755' | '120000' | '160000' | '40000';
  readonly name: string | Uint8Array;
  readonly id: string;
}

/** A commit object; `at` in seconds since 1970, words and names of any bytes. */
export interface RawCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message?: string;
  readonly author?: string;
  readonly at?: number;
}

/** A bare repository in which every object is written as given, also those that no git makes. */
export interface RawUpstream {
  readonly directory: string;
  readonly blob: (content: Content) => Promise<string>;
  readonly tree: (entries: readonly RawEntry[]) => Promise<string>;
  readonly commit: (given: RawCommit) => Promise<string>;
  /** The entries of a commit's top folder. */
  readonly entries: (commit: string) => Promise<readonly RawEntry[]>;
  readonly git: (...args: readonly string[]) => Promise<string>;
}

/** `alternate`: a repository whose objects it sees too. */
export async function makeRawUpstream(directory: string, alternate?: string): Promise<RawUpstream> {
  await mkdir(directory, { recursive: true });
  const call = async (args: readonly string[], input?: Content) => {
    const child = spawn('git', ['-C', directory, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
      },
    });
    const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    const chunks = typeof input === 'string' || input instanceof Uint8Array ? [Buffer.from(input)] : (input ?? []);
    for await (const chunk of chunks) if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
    child.stdin.end();
    const [stdout, stderr, [status]] = await said;
    if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr}`);
    return stdout.trim();
  };
  const write = (type: string, content: Content) =>
    call(['hash-object', '-w', '-t', type, '--literally', '--stdin'], content);
  await call(['init', '--quiet', '--bare', '--initial-branch=main']);
  if (alternate !== undefined)
    await writeFile(path.join(directory, 'objects', 'info', 'alternates'), `${path.join(alternate, 'objects')}\n`);
  return {
    directory,
    blob: (content) => write('blob', content),
    tree: (entries) =>
      write(
        'tree',
        Buffer.concat(
          [...entries]
            .sort((a, b) => Buffer.compare(orderOf(a), orderOf(b)))
            .flatMap(({ mode, name, id }) => [`${mode} `, name, '\0', Buffer.from(id, 'hex')])
            .map((part) => Buffer.from(part)),
        ),
      ),
    commit: ({ tree, parents, message = 'a change', author = 'Ada <ada@example.org>', at = 1_750_000_000 }) =>
      write(
        'commit',
        [
          `tree ${tree}`,
          ...parents.map((id) => `parent ${id}`),
          `author ${author} ${at} +0000`,
          `committer ${author} ${at} +0000`,
          '',
          message,
          '',
        ].join('\n'),
      ),
    entries: async (commit) =>
      (await call(['ls-tree', '-z', commit])).split('\0').flatMap((line) => {
        const [, mode = '', id = '', name = ''] = /^(\d+) \w+ (\w+)\t(.+)$/s.exec(line) ?? [];
        return line === '' ? [] : [{ mode: mode.replace(/^0/, '') as RawEntry['mode'], name, id }];
      }),
    git: (...args) => call(args),
  };
}

/** A folder is sorted as if its name ended with a slash. */
function orderOf({ mode, name }: RawEntry): Buffer {
  return Buffer.concat([Buffer.from(name), Buffer.from(mode === '40000' ? '/' : '')]);
}
