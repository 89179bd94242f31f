import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultPolicyText } from './default-policy.ts';
import { parseDuration, writeDuration } from './duration.ts';
import { parsePolicy, policyFor } from './policy.ts';

const day = 86_400_000;

test.each([
  ['P7D', 7 * day],
  ['PT24H', day],
  ['P1DT12H', 1.5 * day],
  ['PT30M', 1_800_000],
  ['P0D', 0],
  ['P', null],
  ['P1DT', null],
  ['PT', null],
  ['7D', null],
  ['P1W', null],
  ['P-1D', null],
  ['P999999D', null],
])('duration %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test('every duration is written as it is read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999 * 1440 }), (minutes) => {
      expect(parseDuration(writeDuration(minutes * 60_000))).toBe(minutes * 60_000);
    }),
  );
  expect([0, 1.5 * day, 7 * day, 1_800_000].map(writeDuration)).toEqual(['PT0M', 'P1DT12H', 'P7D', 'PT30M']);
});

test('the default policy makes the promise of the product', () => {
  const { windows } = parsePolicy(defaultPolicyText);
  expect(windows).toEqual({
    critical: { response: day, remediation: 7 * day },
    high: { response: 3 * day, remediation: 15 * day },
    medium: { response: null, remediation: 45 * day },
    low: { response: null, remediation: 90 * day },
  });
});

describe('refused with the place of the mistake', () => {
  test.each([
    ['no TOML', 'schema = ', /cannot be used/],
    ['an unknown key', `grace = 1\n${defaultPolicyText}`, /grace/],
    ['a wrong duration', defaultPolicyText.replace('"P45D"', '"45 days"'), /windows\.medium\.remediation: "45 days"/],
    [
      'one approval',
      defaultPolicyText.replace('approvals = 2, request', 'approvals = 1, request'),
      /rerate\.down\.approvals/,
    ],
    ['business days without holidays', defaultPolicyText.replace('"elapsed"', '"business"'), /holidays/],
    ['an unknown rater', defaultPolicyText.replace('"analyst", ', '"gossip", '), /severity\.chain/],
  ])('%s', (_, text, message) => {
    expect(() => parsePolicy(text)).toThrow(message);
  });
});

test('the latest version in effect that names the channel holds', () => {
  const version = (number: number, from: string, channels = '[]') =>
    parsePolicy(
      defaultPolicyText
        .replace('version = 1', `version = ${number}`)
        .replace('2020-01-01', from)
        .replace('channels = []', `channels = ${channels}`),
    );
  const all = [version(1, '2026-01-01'), version(2, '2027-01-01'), version(3, '2027-01-01', '["fips"]')];
  const held = (channel: string, at: string) => policyFor(all, channel, Date.parse(at)).version;
  expect([held('rolling', '2026-06-01'), held('rolling', '2027-06-01'), held('fips', '2027-06-01')]).toEqual([1, 2, 3]);
  expect(() => held('rolling', '2025-01-01')).toThrow(/no SLA policy/);
});
