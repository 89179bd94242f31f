import { createOsvSource } from '../osv/create-osv-source.ts';
import { normaliseUbuntu } from './normalise.ts';

/** Canonical's own archives are packed with xz, which Node.js cannot read: osv.dev has the same records as zip. */
export const ubuntu = createOsvSource({
  id: 'ubuntu',
  title: 'Ubuntu security notices',
  licence: 'CC-BY-SA-4.0',
  attribution: 'Ubuntu CVE data and security notices by Canonical, CC BY-SA 4.0.',
  homepage: 'https://ubuntu.com/security',
  defaultUrl: 'https://osv-vulnerabilities.storage.googleapis.com/Ubuntu/all.zip',
  intervalMs: 6 * 3_600_000,
  normalise: normaliseUbuntu,
});
