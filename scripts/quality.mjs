// `npm run quality [-- --json | --accept]`: how well the matcher answers labelled questions; fails when it got worse.
import { ensureInstalled, modernNode, root, runForeground } from './setup.mjs';

ensureInstalled();
process.exitCode = await runForeground(modernNode(), ['tests/quality/main.ts', ...process.argv.slice(2)], {
  cwd: root,
});
