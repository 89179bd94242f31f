// A program to be killed: upstream goes on commit by commit, a patch of ours comes in now and then, two people approve what waits,
// and everything is released. It begins where the one before it was killed, and says each step of upstream on stdout.

import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { followSteps } from './series-steps.ts';

const [root = ''] = process.argv.slice(2);
const chain = JSON.parse(await readFile(path.join(root, 'chain.json'), 'utf8')) as readonly string[];
await followSteps({ root, chain, onStep: (step) => void writeSync(1, `${step}\n`) });
