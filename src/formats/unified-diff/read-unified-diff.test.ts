import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readUnifiedDiff } from './read-unified-diff.ts';

/** The one line by which Perl fixed CVE-2024-56406 (op.c, on every branch), in the surroundings of a branch. */
const perl = (at: number, around: string) => `From 385e8759c3ff1e7f7f996bd4ea391074d61d48c1
Subject: [PATCH] CVE-2024-56406: Heap-buffer-overflow with tr//

---
 op.c | 1 +
diff --git a/op.c b/op.c
--- a/op.c
+++ b/op.c
@@ -${at},2 +${at},3 @@ S_pmtrans(pTHX_ OP *o, OP *expr, OP *repl)
 ${around}
+                    max_expansion = MAX(2, max_expansion);
 }
--
2.49.0
`;

test('equal changes are equal wherever they stand', () => {
  const [trunk, ...others] = readUnifiedDiff(perl(6649, '{'));
  expect([trunk?.path, others]).toEqual(['op.c', []]);
  expect(readUnifiedDiff(perl(5127, 'can_force_utf8 = TRUE;'))).toEqual([trunk]);
  expect(readUnifiedDiff(perl(6649, '{').replace('MAX(2,', 'MAX(3,'))[0]?.digest).not.toBe(trunk?.digest);
  expect(readUnifiedDiff(perl(6649, '{').replace('+   ', '-   '))[0]?.digest).not.toBe(trunk?.digest);
});

test.each([
  ['', []],
  ['no diff at all\n--- \n', []],
  ['--- a/x\n+++ b/x\n', []],
  ['--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+one\n', ['new.c']],
  ['--- a/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-one\n', ['old.c']],
  // A line of a hunk that looks like the head of a file.
  ['--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- a/old comment\n+++ b/new comment\n same\n', ['x.sql']],
  [
    '--- curl-8.1.orig/lib/a.c\t2023-01-01\n+++ curl-8.1/lib/a.c\t2023-01-02\n@@ -1 +1 @@\n-a\n+b\n',
    ['curl-8.1/lib/a.c'],
  ],
  [
    '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n--- a/x\n+++ b/x\n@@ -9 +9 @@\n-c\n+d\n',
    ['x'],
  ],
])('%j', (text, paths) => {
  expect(readUnifiedDiff(text).map(({ path }) => path)).toEqual(paths);
});

test('spaces and ends of lines do not count', () => {
  const line = fc.stringMatching(/^[a-z(){};= ]{1,20}$/);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      const diff = (write: (text: string) => string, end: string) =>
        ['--- a/x', '+++ b/x', `@@ -0,0 +1,${lines.length} @@`, ...lines.map((text) => `+${write(text)}`)].join(end);
      const spread = (text: string) => text.split('').join('  ');
      expect(readUnifiedDiff(diff(spread, '\r\n'))).toEqual(readUnifiedDiff(diff((text) => text, '\n')));
    }),
  );
});
