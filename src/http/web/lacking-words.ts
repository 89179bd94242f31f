import type { Overview } from '../ports.ts';

/** What is lacking before "nothing is open" means anything; null once packages are held against advisories. */
export function lackingWords({ channels, advisories }: Pick<Overview, 'channels' | 'advisories'>): string | null {
  if (channels.every(({ packages }) => packages === 0)) return 'No package has been evaluated yet';
  return advisories === 0 ? 'No advisory has been read yet' : null;
}
