import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readElf } from './read-elf.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snowguard-elf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `#include <stdio.h>
#include <string.h>
#ifdef CONNECTS
#include <sys/socket.h>
#endif
int main(int argc, char **argv) {
  char text[64];
  strcpy(text, argv[0]);
#ifdef CONNECTS
  if (socket(2, 1, 0) < 0) return 1;
#endif
  return puts(text);
}
`;

/** What a real compiler makes of it; null where there is none. */
function compiled(name: string, ...flags: readonly string[]): Buffer | null {
  const [source, made] = [path.join(folder, 'program.c'), path.join(folder, name)];
  writeFileSync(source, program);
  try {
    execFileSync('cc', ['-O2', ...flags, '-o', made, source], { stdio: 'pipe' });
    return readFileSync(made);
  } catch {
    console.log('skipped: this machine has no compiler');
    return null;
  }
}

describe('what a compiler made', () => {
  test('libraries, calls and hardening', () => {
    const hard = [
      '-fPIE',
      '-pie',
      '-fstack-protector-strong',
      '-Wl,-z,relro,-z,now',
      '-U_FORTIFY_SOURCE',
      '-D_FORTIFY_SOURCE=2',
    ];
    const bytes = compiled('hard', ...hard);
    if (bytes === null) return;
    const facts = readElf(bytes);
    expect(facts?.needed).toEqual(['libc.so.6']);
    expect(facts?.symbols).toContain('puts');
    expect(facts?.symbols).not.toContain('socket');
    expect(facts?.hardening).toEqual(['pie', 'relro', 'now', 'stack-protector', 'fortify', 'no-exec-stack']);
  });

  test('without any of it, and with a call more', () => {
    const soft = ['-no-pie', '-fno-stack-protector', '-Wl,-z,norelro,-z,execstack', '-U_FORTIFY_SOURCE', '-DCONNECTS'];
    const bytes = compiled('soft', ...soft);
    if (bytes === null) return;
    const facts = readElf(bytes);
    expect(facts?.symbols).toContain('socket');
    expect(facts?.hardening).toEqual([]);
  });

  test('cut off anywhere, or with any byte changed, it harms nobody', () => {
    const bytes = compiled('any');
    if (bytes === null) return;
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(1000), fc.nat(255), (cut, at, value) => {
        readElf(bytes.subarray(0, cut));
        const changed = Buffer.from(bytes);
        changed[at] = value;
        readElf(changed);
      }),
    );
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a script', Buffer.from('#!/bin/sh\n'.repeat(20))],
  ['only the magic', Buffer.concat([Buffer.from('7f454c46', 'hex'), Buffer.alloc(20)])],
])('%s is no ELF file', (_, bytes) => {
  expect(readElf(bytes)).toBeNull();
});
