import { type Detector, type ExaminedStep, hitsOf } from './detector.ts';

const opening = ['__noChroot', '__impureHostDeps', '__darwinAllowLocalNetworking', 'sandboxProfile', 'impureEnvVars'];
const shifting = ['outputHashMode', 'requiredSystemFeatures', 'allowSubstitutes'];
const proxies = new Set(['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy', 'NIX_SSL_CERT_FILE']);
/** Packages that write a text and are quicker made than fetched. */
const writers = /^(writeText|write-shell|runCommandLocal|wrapper|env)/;

/** The build may reach out of its sandbox, or what guards its result changed. */
export const sandboxAttr: Detector = {
  id: 'D07',
  name: 'sandbox-attr',
  title: 'The sandbox opens',
  needs: ['builds'],
  examine: (step) => [
    ...hitsOf(step, 'critical', ({ before, after }) => {
      if (before.attributes === null || after.attributes === null) return [];
      const [from, to] = [before.attributes, after.attributes];
      const opened = opening.filter((name) => isOpen(name, to[name]) && from[name] !== to[name]);
      const shifted = shifting.filter(
        (name) =>
          (from[name] ?? '') !== (to[name] ?? '') && !(name === 'allowSubstitutes' && writers.test(after.pname)),
      );
      return [
        ...opened.map((name) => `the build gains ${name} = ${clipped(to[name])}`),
        ...shifted.map((name) => `${name} goes from ${clipped(from[name])} to ${clipped(to[name])}`),
      ];
    }),
    ...unhashedFetches(step),
  ],
};

function isOpen(name: string, value: string | undefined): boolean {
  if (value === undefined || value === '' || value === 'false') return false;
  return name !== 'impureEnvVars' || value.split(/\s+/).some((variable) => !proxies.has(variable));
}

const fetching = /builtins\.(fetchTarball|fetchurl|fetchGit|fetchTree|fetchMercurial)\b/g;
const importing = /\bimport\s*\(\s*(pkgs\.)?(fetch\w+|runCommand\w*|stdenv\.mkDerivation|writeText\w*)\b/g;

/** Evaluation that fetches what no digest names, or reads what it builds. */
function unhashedFetches({ files }: ExaminedStep) {
  return (files ?? []).flatMap(({ path, before, after }) => {
    if (after === null || !path.endsWith('.nix')) return [];
    return [fetching, importing].flatMap((pattern) => {
      const added = after.match(pattern)?.length ?? 0;
      if (added <= (before?.match(pattern)?.length ?? 0)) return [];
      const says = `${path} gains ${after.match(pattern)?.[0]}: evaluating it fetches or builds`;
      return [{ attr: null, systems: [], says, severity: 'critical' as const }];
    });
  });
}

export function clipped(value: string | undefined): string {
  return JSON.stringify((value ?? '').slice(0, 80));
}
