// `node scripts/run.mjs FILE ARG…`: installs what is missing, then runs FILE with Node 24.
import { ensureInstalled, modernNode, root, runForeground } from './setup.mjs';

ensureInstalled();
process.exitCode = await runForeground(modernNode(), process.argv.slice(2), { cwd: root });
