import { type Detector, hitsOf } from './detector.ts';

const checks = ['doCheck', 'doInstallCheck'];
const skips = ['disabledTests', 'disabledTestPaths', 'checkFlags', 'cargoTestFlags', 'pytestFlags'];

/** A warning, a test or a check goes. */
export const guardRemoved: Detector = {
  id: 'D10',
  name: 'guard-removed',
  title: 'A guard goes',
  needs: ['packages', 'builds'],
  examine: (step) =>
    hitsOf(step, 'critical', ({ before, after }) => {
      const warnings =
        before.version === after.version
          ? before.knownVulnerabilities.filter((text) => !after.knownVulnerabilities.includes(text))
          : [];
      const gone = warnings.map((text) => `the warning "${text.slice(0, 100)}" is gone at the same version`);
      const [from, to] = [before.attributes, after.attributes];
      if (from === null || to === null) return gone;
      return [
        ...gone,
        // A check that never ran on this system guards nothing there.
        ...checks.filter((name) => isOn(from[name]) && !isOn(to[name])).map((name) => `${name} is switched off`),
        ...skips.flatMap((name) => {
          const known = new Set((from[name] ?? '').split(/\s+/));
          const added = (to[name] ?? '').split(/\s+/).filter((word) => word !== '' && !known.has(word));
          return added.length === 0 || !isOn(from.doCheck)
            ? []
            : [`${name} skips more: ${added.slice(0, 5).join(' ')}`];
        }),
      ];
    }),
};

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
