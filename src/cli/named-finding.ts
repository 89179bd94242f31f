import type { Workspace } from '../app/index.ts';
import { AppError } from '../foundation/errors.ts';

/** A finding named by its number, or as `CVE-2024-3094`, `CVE-2024-3094/xz` or `CVE-2024-3094/xz/rolling`. */
export async function namedFinding({ context }: Workspace, named: string): Promise<string> {
  if (/^\d{1,15}$/.test(named)) return named;
  const [advisoryId = '', attr, channel] = named.split('/');
  const found = (await context.findings.byAdvisories([advisoryId]))
    .map(({ finding }) => finding)
    .filter((one) => (attr === undefined || one.attr === attr) && (channel === undefined || one.channel === channel));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  throw new AppError(
    { code: 'usage.no-finding', retryable: false },
    only === undefined ? `there is no finding ${named.slice(0, 200)}` : `${found.length} findings fit ${named}`,
    {
      hint:
        only === undefined
          ? 'See what there is: snowguard findings --state any'
          : `Name one: ${found
              .slice(0, 5)
              .map((one) => `${one.advisoryId}/${one.attr}/${one.channel}`)
              .join(', ')}`,
    },
  );
}
