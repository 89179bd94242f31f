import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Configuration, readText } from '../config/index.ts';
import {
  type People,
  parseHolidays,
  parsePolicy,
  parseRota,
  type SlaPolicy,
  withCalendar,
} from '../pipeline/findings/index.ts';

const maxFiles = 500;

/** The rota of the workspace with the holidays it refers to; null where none is set. */
export async function readPeople(folder: string, settings: Configuration['sla']): Promise<People | null> {
  if (settings.rota === undefined) return null;
  const file = path.resolve(folder, settings.rota);
  const rota = parseRota(
    await readText(file, { missing: 'Write it, or remove sla.rota: docs/operating/sla.md shows one.' }),
    file,
  );
  return { rota, holidays: await readHolidays(folder, settings) };
}

/** The SLA policy of the workspace, with the holidays where it counts business days. */
export async function readPolicy(folder: string, configuration: Configuration): Promise<SlaPolicy> {
  const file = path.resolve(folder, configuration.policy);
  const policy = parsePolicy(
    await readText(file, { missing: '"snowguard init" writes one: copy it from a new workspace.' }),
  );
  return policy.clock.day === 'business' ? withCalendar(policy, await readHolidays(folder, configuration.sla)) : policy;
}

async function readHolidays(folder: string, settings: Configuration['sla']): Promise<People['holidays']> {
  const place = path.resolve(folder, settings.holidays);
  const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith('.toml')).slice(0, maxFiles);
  const holidays = await Promise.all(
    names.map(async (name) => {
      const id = name.slice(0, -'.toml'.length);
      return [
        id,
        parseHolidays(id, await readText(path.join(place, name), { missing: 'It was there a moment ago.' })),
      ] as const;
    }),
  );
  return new Map(holidays);
}
