import { expect, test } from 'vitest';
import { actOfForm } from './act-form.ts';

test.each([
  [{ act: 'lower', to: 'low', reason: 'no' }, 'reason: has fewer than 3 characters'],
  [{ act: 'verify', evidence: 'javascript:alert(1)' }, 'evidence: is no web address'],
  [{ act: 'raise', score: '11' }, 'score: is above 10'],
  [{ act: 'raise', score: 'high' }, 'score: is no score'],
  [{ act: 'affected', mitigation: 'none known', nextUpdateAt: 'soon' }, 'nextUpdateAt: is no instant'],
])('%j is refused in words', (form, text) => {
  expect(actOfForm(form)).toEqual({ kind: 'problem', text });
});
