import { someOf } from '../../../foundation/some-of.ts';
import type { Detector } from './detector.ts';

/** What everything is built by or checked with. */
const roots =
  /^(pkgs\/stdenv\/|pkgs\/build-support\/|pkgs\/top-level\/|lib\/|nixos\/modules\/security\/|pkgs\/by-name\/[^/]+\/[^/]+\/setup-hook|.*\/setup-hooks?\/|.*\/bootstrap-files\/)/;
const always = /^(ci\/|\.github\/|maintainers\/scripts\/|.*\/update\.(sh|py|nix)$)/;
/** Names of people and licences: text for `meta`, which no derivation sees. */
const harmless = /^lib\/(maintainers|licenses|teams)\.nix$|\.(md|txt)$/;

/** The tools of every build changed: one edit there reaches everything. */
export const buildRoot: Detector = {
  id: 'D06',
  name: 'build-root',
  title: 'What builds everything changed',
  needs: ['packages'],
  examine: ({ paths, packages }) => {
    const touched = paths.map(({ path }) => path).filter((path) => !harmless.test(path));
    const ran = touched.filter((path) => always.test(path));
    const built = touched.filter((path) => roots.test(path) && !always.test(path));
    const hit = (list: readonly string[], severity: 'critical' | 'info') =>
      list.length === 0
        ? []
        : [
            {
              attr: null,
              systems: [],
              severity,
              says: `${someOf(list, 5)} changed`,
            },
          ];
    return [...hit(ran, 'critical'), ...hit(built, packages.length === 0 ? 'info' : 'critical')];
  },
};
