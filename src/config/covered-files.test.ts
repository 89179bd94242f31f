import { expect, test } from 'vitest';
import { parseCoveredFile } from './covered-files.ts';

const text = `
category = "tls"
owner = "security"
since = 2026-11-01
asked_by = ["payments"]
tiers = { aarch64-darwin = "evaluates" }
attrs = ["openssl", "gnutls", "python3Packages.cryptography"]

[override.gnutls]
owner = "mail"
asked_by = []

[override."python3Packages.cryptography"]
since = "2026-12-24"
tiers = { aarch64-darwin = "full", x86_64-darwin = "evaluates" }
`;

test('what a file says of all holds for each, but for what an override says of one', () => {
  const common = { category: 'tls', owner: 'security', since: '2026-11-01' };
  const tiers = { 'aarch64-darwin': 'evaluates' };
  expect(parseCoveredFile(text, 'tls.toml')).toEqual([
    { attr: 'openssl', ...common, askedBy: ['payments'], tiers },
    { attr: 'gnutls', ...common, owner: 'mail', tiers },
    {
      attr: 'python3Packages.cryptography',
      ...common,
      since: '2026-12-24',
      askedBy: ['payments'],
      tiers: { 'aarch64-darwin': 'full', 'x86_64-darwin': 'evaluates' },
    },
  ]);
});

test('a file of before still means the same', () => {
  expect(parseCoveredFile('category = "a"\nsince = "2026-11-01"\nattrs = ["xz"]\n', 'a.toml')).toEqual([
    { attr: 'xz', category: 'a', owner: 'security', since: '2026-11-01' },
  ]);
});

test.each([
  ['an unknown key', 'ownr = "x"', /a\.toml.*ownr/],
  ['an unknown tier', 'tiers = { x86_64-linux = "mostly" }', /tiers/],
  ['an override of nothing', '[override.curl]\nowner = "web"', /override\.curl.*no attribute/],
  ['an unknown key of an override', '[override.xz]\nattrs = []', /override\.xz/],
])('%s is an error', (_, line, message) => {
  expect(() => parseCoveredFile(`category = "a"\nsince = "2026-11-01"\nattrs = ["xz"]\n${line}\n`, 'a.toml')).toThrow(
    message,
  );
});
