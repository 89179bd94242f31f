// One composition by itself: what it wrote, and how much memory it took to write it.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { composeTarball } from '../../src/pipeline/releases/compose-tarball.ts';
import { openGit } from '../../src/platform/git/repository.ts';

const [directory = '', commitId = '', target = ''] = process.argv.slice(2);
const { stream, facts } = composeTarball({ git: openGit({ directory }), commitId, lastModified: 1 });
await pipeline(stream, createWriteStream(target));
const { narHash } = await facts;
console.log(JSON.stringify({ narHash, residentBytes: process.resourceUsage().maxRSS * 1024 }));
