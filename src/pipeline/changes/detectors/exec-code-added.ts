import { type Detector, hitsOf } from './detector.ts';

const scripts = /(Phase|Hook|^pre\w+|^post\w+|^buildCommand|^installScript|^script)$/;
/** Words that a build script seldom has reason to gain. */
const suspicious =
  /\b(curl|wget|nc|ncat|socat|ssh|scp|eval|base64|xxd|openssl\s+enc|python3?\s+-c|perl\s+-e|\/dev\/tcp)\b|\|\s*(ba)?sh\b|\b(npm|pnpm|yarn)\s+(install|ci|run)\b|\bpip\s+install\b|\bgem\s+install\b/g;
const vendored = ['vendorHash', 'cargoHash', 'npmDepsHash', 'pnpmDepsHash', 'mvnHash', 'gradleDepsHash'];

/** A build script gains what talks to the network, decodes or runs fetched code; or what is vendored changed alone. */
export const execCodeAdded: Detector = {
  id: 'D13',
  name: 'exec-code-added',
  title: 'Code that runs was added',
  needs: ['builds'],
  examine: (step) =>
    hitsOf(step, 'high', ({ before, after }) => {
      const [from, to] = [before.attributes, after.attributes];
      if (from === null || to === null) return [];
      const known = new Set(Object.values(from).flatMap(wordsOf));
      const added = Object.entries(to)
        .filter(([name]) => scripts.test(name))
        .flatMap(([name, text]) =>
          wordsOf(text)
            .filter((word) => !known.has(word))
            .map((word) => `${name} gains ${word}`),
        );
      const alone = vendored.filter(
        (name) => from[name] !== undefined && to[name] !== undefined && from[name] !== to[name],
      );
      return [
        ...new Set(added),
        ...(alone.length > 0 && before.version === after.version && from.src === to.src
          ? [`${alone.join(', ')} changed, and neither the version nor the source did`]
          : []),
      ];
    }),
};

function wordsOf(text: string): readonly string[] {
  return (text.match(suspicious) ?? []).map((word) => word.trim());
}
