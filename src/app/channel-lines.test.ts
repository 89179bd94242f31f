import { describe, expect, test } from 'vitest';
import { parseSettings } from '../config/load.ts';
import { Configuration } from '../config/schema.ts';
import { linesOf } from './channel-lines.ts';
import { channelsOf } from './walk-settings.ts';

function read(channels: string): Configuration {
  const head = 'organisation = "acme"\nflake = "secure"\n[nix]\nsystems = ["x86_64-linux"]\n';
  return parseSettings(head + channels, { file: 'snowguard.toml', schema: Configuration });
}

const all = `
[[channel]]
id = "rolling"
upstream = "https://git.example/nixpkgs"
[[channel]]
id = "26.05"
line = "26.05"
upstream = "https://git.example/nixpkgs"
branch = "nixos-26.05"
supported_from = 2026-05-31
end_of_support = "2026-12-31"
[[channel]]
id = "26.05-fips"
flake = "secure-fips"
over = "26.05"
[[channel]]
id = "calm"
flake = "secure-calm"
over = "rolling"
cooldown = "7d"
every = "7d"
`;

describe('what each channel is', () => {
  test('rolling, stable, a variant, a cooldown', () => {
    const support = { from: Date.parse('2026-05-31'), until: Date.parse('2027-01-01') };
    const open = { from: null, until: null };
    expect(linesOf(read(all).channel)).toEqual([
      { kind: 'rolling', minor: 1, over: null, cooldownMs: 0, support: open },
      { kind: 'stable', minor: 2605, over: null, cooldownMs: 0, support },
      { kind: 'variant', minor: 2605, over: '26.05', cooldownMs: 0, support },
      { kind: 'cooldown', minor: 1, over: 'rolling', cooldownMs: 7 * 86_400_000, support: open },
    ]);
  });

  test('lines of different numbers share the flake', () => {
    const channels = channelsOf(read(all), { folder: '/', environment: {} });
    expect(channels.map(({ flake, line }) => `${flake} 0.${line.minor}`)).toEqual([
      'secure 0.1',
      'secure 0.2605',
      'secure-fips 0.2605',
      'secure-calm 0.1',
    ]);
  });

  test.each([
    ['id = "a"\nover = "b"', /no channel/],
    ['id = "a"\nover = "a"', /over itself/],
    ['id = "a"\nover = "b"\n[[channel]]\nid = "b"\nover = "a"', /over itself/],
    ['id = "a"\ncooldown = "7d"', /stands over no channel/],
    ['id = "a"\n[[channel]]\nid = "b"\nover = "a"\nupstream = "x"', /an upstream of its own/],
    ['id = "a"\n[[channel]]\nid = "b"\nover = "a"\nline = "26.05"', /a line of its own/],
    ['id = "a"\nsupported_from = 2026-06-01\nend_of_support = 2026-05-31', /ends before it begins/],
    ['id = "a"\n[[channel]]\nid = "a"\nflake = "other"', /two channels are named a/],
    ['id = "a"\n[[channel]]\nid = "b"', /two channels publish secure\/0\.1/],
    ['id = "a"\nline = "26.05"\n[[channel]]\nid = "b"\nflake = "SECURE"\nover = "a"', /two channels publish/],
    ['id = "a"\nline = "26.5"', /a year and a month/],
    ['id = "a"\nend_of_support = "2027-02-31"', /a day such as/],
    ['id = "a"\nend_of_support = 5', /a day such as/],
  ])('%j is a fault', (text, message) => {
    expect(() => channelsOf(read(`[[channel]]\n${text}\n`), { folder: '/', environment: {} })).toThrow(message);
  });
});
