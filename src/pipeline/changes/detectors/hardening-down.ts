import { type Detector, type ExaminedStep, hitsOf } from './detector.ts';

const privileges =
  /security\.wrappers|setuid\s*=\s*true|setgid\s*=\s*true|capabilities\s*=|AmbientCapabilities|chmod\s+(u\+s|g\+s|[42]7\d\d)/g;

/** Less is hardened, or more runs with privilege. */
export const hardeningDown: Detector = {
  id: 'D11',
  name: 'hardening-down',
  title: 'Less hardened',
  needs: ['builds', 'files'],
  examine: (step) => [
    ...hitsOf(step, 'critical', ({ before, after }, { outputs }) => {
      if (outputs !== null) {
        const lost = outputs.before.hardening.filter((flag) => !outputs.after.hardening.includes(flag));
        // What was measured in the output decides over what the build asks for.
        return lost.length === 0 ? [] : [`the output lost ${lost.join(', ')}`];
      }
      const words = (text: string | undefined) => (text ?? '').split(/\s+/).filter((word) => word !== '');
      const known = new Set(words(before.attributes?.hardeningDisable));
      const off = words(after.attributes?.hardeningDisable).filter((flag) => !known.has(flag));
      return off.length === 0 || after.attributes === null ? [] : [`hardeningDisable gains ${off.join(', ')}`];
    }),
    ...gainedPrivileges(step),
  ],
};

function gainedPrivileges({ files }: ExaminedStep) {
  return (files ?? []).flatMap(({ path, before, after }) => {
    const [from, to] = [before?.match(privileges) ?? [], after?.match(privileges) ?? []];
    if (to.length <= from.length) return [];
    const says = `${path} gives a privilege: ${to.at(-1)}`;
    return [{ attr: null, systems: [], says, severity: 'critical' as const }];
  });
}
