import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText, fitLines, moreLines } from './cut.ts';

describe('cutting', () => {
  test.each([
    ['short', 10, 'short'],
    ['a long text', 7, 'a long…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 13, '👩‍👩‍👧‍👦…'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 8, '…'],
    ['see https://set.example/cve/CVE-2024-1 now', 20, 'see…'],
    ['https://a.example is it', 19, 'https://a.example…'],
  ])('%s to %i', (text, max, expected) => {
    expect(cutText(text, max)).toBe(expected);
  });

  test('never longer than the room, always a beginning', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (text, max) => {
        const cut = cutText(text, max);
        expect(cut.length).toBeLessThanOrEqual(Math.max(max, 1));
        expect(cut === text || text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });

  test('lines are whole, and what is left is counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 40 }), { maxLength: 60 }),
        fc.integer({ min: 60, max: 900 }),
        (lines, max) => {
          const shown = fitLines(lines, max, moreLines);
          expect(shown.join('\n').length).toBeLessThanOrEqual(max);
          if (shown === lines) return;
          expect(shown.slice(0, -1)).toEqual(lines.slice(0, shown.length - 1));
          expect(shown.at(-1)).toBe(moreLines(lines.length - shown.length + 1));
        },
      ),
    );
  });
});
