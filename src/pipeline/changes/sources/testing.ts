import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A project with a repository of its own and servers that offer its releases, as real programs make them. */
export interface SourceWorld {
  readonly folder: string;
  readonly repository: string;
  /** Commits these files and tags the commit; gives its id. */
  readonly tag: (name: string, files: Readonly<Record<string, string>>) => Promise<string>;
  /** Packs files under one folder with `tar`; the bytes. */
  readonly archive: (outer: string, name: string, files: Readonly<Record<string, string | Buffer>>) => Promise<Buffer>;
  /** A server on a port of its own; null: it has no such file. */
  readonly server: (
    files: Readonly<Record<string, Buffer>>,
  ) => Promise<{ readonly host: string; readonly url: string }>;
  readonly close: () => Promise<void>;
}

export async function sourceWorld(): Promise<SourceWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-sources-'));
  const repository = path.join(folder, 'project');
  const servers: Server[] = [];
  const environment = { PATH: process.env.PATH ?? '', HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null' };
  const git = async (...args: readonly string[]) => {
    const identity = ['-c', 'user.name=Lasse', '-c', 'user.email=lasse@example.org', '-c', 'init.defaultBranch=main'];
    const { stdout } = await execute('git', [...identity, '-C', repository, ...args], { env: environment });
    return stdout.trim();
  };
  await mkdir(repository);
  await git('init', '--quiet');
  return {
    folder,
    repository,
    tag: async (name, files) => {
      await writeFiles(repository, files);
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', name);
      await git('tag', '--force', '--annotate', '--message', name, name);
      return git('rev-parse', 'HEAD');
    },
    archive: async (outer, name, files) => {
      const place = await mkdtemp(path.join(folder, 'pack-'));
      await writeFiles(path.join(place, outer), files);
      const file = path.join(place, name);
      await execute('tar', ['--auto-compress', '--create', '--file', file, '--directory', place, outer]);
      return readFile(file);
    },
    server: async (files) => {
      const server = createServer((request, response) => {
        const content = files[(request.url ?? '').slice(1)];
        response.statusCode = content === undefined ? 404 : 200;
        response.end(content);
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      return { host, url: `http://${host}` };
    },
    close: async () => {
      for (const server of servers) server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function digestOfBytes(bytes: Buffer): string {
  return `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
}

async function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content, { mode: name.endsWith('configure') || name.endsWith('.sh') ? 0o755 : 0o644 });
  }
}

/**
 * What xz 5.6.1 was: its repository, and beside it the two things that only the release archive had, a changed
 * `build-to-host.m4` and the `configure` made with it (CVE-2024-3094; https://www.openwall.com/lists/oss-security/2024/03/29/4).
 */
export const xzTree: Readonly<Record<string, string>> = {
  'configure.ac': 'AC_INIT([XZ Utils], [5.6.1])\n',
  'src/xz/main.c': 'int main(void) { return 0; }\n',
  'tests/files/bad-3-corrupt_lzma2.xz': '####Hello####\n',
};
export const xzPlanted: Readonly<Record<string, string>> = {
  ...xzTree,
  configure: '#! /bin/sh\neval `grep -aErls "#{4}[[:alnum:]]{5}#{4}$" $srcdir/`\n',
  'm4/build-to-host.m4': 'gl_am_configmake=`grep -aErls "#{4}[[:alnum:]]{5}#{4}$" $srcdir/ 2>/dev/null`\n',
};
