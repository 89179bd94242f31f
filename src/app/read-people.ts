import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type Configuration, readText } from '../config/index.ts';
import { type People, parseHolidays, parseRota } from '../pipeline/findings/index.ts';

const maxFiles = 500;

/** The rota of the workspace with the holidays it refers to; null where none is set. */
export async function readPeople(folder: string, settings: Configuration['sla']): Promise<People | null> {
  if (settings.rota === undefined) return null;
  const file = path.resolve(folder, settings.rota);
  const rota = parseRota(
    await readText(file, { missing: 'Write it, or remove sla.rota: docs/operating/sla.md shows one.' }),
    file,
  );
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
  return { rota, holidays: new Map(holidays) };
}
