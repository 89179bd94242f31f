/** The addresses that take more than GET and HEAD; everything else is reading only. One line a family of addresses. */
const taking: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/api\/v1\/check$/, ['POST']],
  [/^\/sign-in$/, ['GET', 'HEAD', 'POST']],
  [/^\/(sign-out|account\/(tokens|tokens\/revoke|sessions\/end))$/, ['POST']],
  [/^\/reviews\/\d+$/, ['GET', 'HEAD', 'POST']],
  [/^\/findings\/\d+$/, ['GET', 'HEAD', 'POST']],
  [/^\/queue\/bulk$/, ['POST']],
  [/^\/api\/v1\/(findings\/\d+\/acts|triage)$/, ['POST']],
  [/^\/cache\/.+/, ['GET', 'HEAD', 'PUT']],
  [/^\/upload\/[^/]+\/[^/]+$/, ['PUT']],
  [/^\/(upload\/.+|publish\/[^/]+)$/, ['POST']],
  [/^\/flake\/[^/]+\/[^/]+\/(describe|yank)$/, ['POST']],
];

/** The methods that an address takes. */
export function methodsOf(path: string): readonly string[] {
  return taking.find(([pattern]) => pattern.test(path))?.[1] ?? ['GET', 'HEAD'];
}
