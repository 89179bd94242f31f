import path from 'node:path';
import type { Workspace } from '../open-workspace.ts';
import { setFacts } from '../reads/set-facts.ts';
import { exportKey, publicKeyFile } from '../signing-keys.ts';
import { writeDataFile } from './data-file.ts';

export interface ExportedData {
  readonly file: string;
  readonly publicKey: string;
  readonly bytes: number;
  readonly releases: number;
  readonly packages: number;
  readonly findings: number;
  readonly advisories: number;
}

/** Writes what is known of the set into one signed file: who has it answers without a network. */
export async function exportData({ context, configuration, folder }: Workspace, file: string): Promise<ExportedData> {
  context.progress.step('reading every advisory');
  const facts = await setFacts(context, { server: configuration.public_url, everyAdvisory: true });
  const { bytes } = await writeDataFile({ file, facts, key: await exportKey(folder) });
  return {
    file,
    publicKey: path.join(folder, publicKeyFile),
    bytes,
    releases: facts.releases.length,
    packages: facts.packages.length,
    findings: facts.findings.length,
    advisories: facts.advisories.length,
  };
}
