import { describe, expect, test } from 'vitest';
import { at, shown } from '../sla/testing.ts';
import { callLine, dutyAt, type People, rotaGaps } from './duty.ts';
import { parseHolidays } from './parse-holidays.ts';
import { parseRota } from './rota.ts';

const rotaText = `
schema = "rota/1"
lead = ["carol"]
ack_within = { critical = "PT10M" }

[[person]]
name = "ann"
zone = "Europe/Berlin"
reviewer = true
holidays = "de-BE"
absences = [{ from = "2027-03-09", until = "2027-03-10" }]

[[person]]
name = "bob"
zone = "America/New_York"
reviewer = true

[[person]]
name = "carol"

[[duty]]
role = "primary"
people = ["ann", "bob"]
starts = "2027-03-01"

[[duty]]
role = "second"
people = ["bob", "ann"]
starts = "2027-03-01"
`;
const germany = `
schema = "holidays/1"
region = "Berlin"
source = "Feiertagsgesetz Berlin"
valid_until = "2027-12-31"
dates = ["2027-03-08", "2027-03-26", "2027-03-29"]
`;

function people(text = rotaText, holidays = germany): People {
  return { rota: parseRota(text, 'rota.toml'), holidays: new Map([['de-BE', parseHolidays('de-BE', holidays)]]) };
}

describe('who is on duty', () => {
  test.each([
    ['in the first week', '03-02 12:00', ['ann', 'bob'], ['bob', 'ann']],
    ['from Monday on the next, who is away on the holiday', '03-08 12:00', ['bob'], ['bob']],
    ['the holiday begins in Berlin before it does in UTC', '03-07 23:30', ['bob'], ['bob']],
    ['an absence includes its last day', '03-10 22:30', ['bob'], ['bob']],
    ['and no more', '03-10 23:30', ['bob', 'ann'], ['ann', 'bob']],
    ['nobody before the first turn', '02-28 12:00', [], []],
  ])('%s', (_, when, primary, second) => {
    expect(dutyAt(people(), at(when))).toEqual({ primary, second, release: [] });
  });

  test('turns follow the wall clock across a change of summer time', () => {
    const zoned = people(rotaText.replace('starts = "2027-03-01"', 'starts = "2027-03-01"\nzone = "Europe/Berlin"'));
    const first = (when: string) => dutyAt(zoned, at(when)).primary[0];
    // Berlin changes on 28 March; the turn changes at the local midnight of the 29th, 22:00Z.
    expect([first('03-28 21:59'), first('03-28 22:00')]).toEqual(['bob', 'bob']);
    expect([first('03-29 21:59'), first('03-29 22:01')]).toEqual(['bob', 'ann']);
  });

  test('hours of a day, also through the night', () => {
    const night = people(
      `${rotaText}\n[[duty]]\nrole = "release"\npeople = ["carol"]\nstarts = "2027-03-01"\ndays = ["fri"]\nfrom = "22:00"\nuntil = "06:00"\n`,
    );
    const isOn = (when: string) => dutyAt(night, at(when)).release.length > 0;
    expect(['03-05 21:59', '03-05 22:00', '03-06 05:59', '03-06 06:00', '03-06 22:30'].map(isOn)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  test('the line that is called: primary, next, leads, nobody twice', () => {
    const { rota } = people();
    expect(callLine({ primary: ['ann'], second: ['ann', 'bob'], release: [] }, rota)).toEqual(['ann', 'bob', 'carol']);
    expect(callLine({ primary: [], second: [], release: [] }, rota)).toEqual(['carol']);
  });
});

describe('two weeks ahead', () => {
  const told = (found: ReturnType<typeof rotaGaps>) =>
    found.map(({ missing, from, until }) => [missing, shown(from), shown(until)]);

  test('hours without a second who is somebody else are gaps', () => {
    // While Ann is away Bob is alone: on her holiday in Berlin, and the two days of her absence.
    expect(told(rotaGaps(people(), at('03-02 10:20')))).toEqual([
      ['qualified second reviewer', '03-07 23:00', '03-10 23:00'],
    ]);
  });

  test('a second who is no reviewer does not count, and without anyone a primary is missing too', () => {
    const unqualified = rotaText.replaceAll('reviewer = true', 'reviewer = false');
    expect(told(rotaGaps(people(unqualified), at('03-02 10:00'), 1))).toEqual([
      ['qualified second reviewer', '03-02 10:00', '03-03 10:00'],
    ]);
    expect(told(rotaGaps(people(), at('02-28 10:00'), 1)).map(([missing]) => missing)).toEqual([
      'primary',
      'qualified second reviewer',
    ]);
  });

  test('a holiday file that ends is an error, and so is one that is not there', () => {
    const short = people(rotaText, germany.replace('2027-12-31', '2027-03-05'));
    expect(() => rotaGaps(short, at('03-02 10:00'))).toThrow('ends on 2027-03-05');
    expect(() => dutyAt({ ...people(), holidays: new Map() }, at('03-02 10:00'))).toThrow('no holiday file de-BE');
  });
});

test.each([
  ['an unknown key', rotaText.replace('lead =', 'leed ='), /leed/],
  [
    'somebody unknown',
    rotaText.replace('people = ["ann", "bob"]', 'people = ["ann", "zoe"]'),
    /zoe is no \[\[person\]\]/,
  ],
  ['no zone', rotaText.replace('Europe/Berlin', 'Europe/Bonn'), /time zone/],
  ['no duration', rotaText.replace('PT10M', 'ten minutes'), /duration/],
  ['no TOML', 'schema = ', /cannot be used/],
])('a rota with %s is refused', (_, text, message) => {
  expect(() => parseRota(text, 'rota.toml')).toThrow(message);
});

test('a holiday file without an end is refused', () => {
  expect(() => parseHolidays('x', germany.replace(/valid_until.*/, ''))).toThrow('valid_until');
});
