import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { signatureKey } from './key-of.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'snowguard-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shell = (script: string) =>
  execFileSync('/bin/sh', ['-ec', script], { cwd: folder, env: { ...process.env, GNUPGHOME: folder }, stdio: 'pipe' });

/** Null where the program is missing. */
function made(script: string): string | null {
  try {
    return shell(script).toString().trim();
  } catch {
    console.log(`skipped: this machine has no ${script.split(' ', 1)[0]}`);
    return null;
  }
}

describe('the key of a signature that the real program made', () => {
  test('OpenPGP', () => {
    writeFileSync(path.join(folder, 'text'), 'v1.0');
    const text = made(
      `gpg --batch --quiet --passphrase '' --quick-generate-key ada@example.org ed25519 sign never
       gpg --batch --list-keys --with-colons | grep ^fpr | head -1 | cut -d: -f10
       gpg --batch --armor --detach-sign --output - text`,
    );
    if (text === null) return;
    const [fingerprint = '', ...signature] = text.split('\n');
    expect(signatureKey(signature.join('\n'))).toBe(fingerprint);
  });

  test('OpenSSH', () => {
    const text = made(
      `ssh-keygen -q -t ed25519 -N '' -C ada -f key
       ssh-keygen -lf key.pub | cut -d' ' -f2
       echo v1.0 | ssh-keygen -q -Y sign -n git -f key`,
    );
    if (text === null) return;
    const [fingerprint = '', ...signature] = text.split('\n');
    expect(signatureKey(signature.join('\n'))).toBe(fingerprint);
  });
});

test('anything else is nobody’s, whatever its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('PGP', 'SSH', 'X'), (bytes, kind) => {
      const body = Buffer.from(bytes).toString('base64');
      const found = signatureKey(`-----BEGIN ${kind} SIGNATURE-----\n${body}\n-----END ${kind} SIGNATURE-----`);
      expect(found === null || /^([0-9A-F]{16,}|SHA256:\S+)$/.test(found)).toBe(true);
    }),
  );
});
