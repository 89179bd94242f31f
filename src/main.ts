import { boundHeap } from './app/bound-heap.ts';
import { runCli } from './cli/index.ts';

boundHeap();
process.exitCode = await runCli(process.argv.slice(2));
