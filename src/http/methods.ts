/** The addresses that take more than GET and HEAD; everything else is reading only. One line a family of addresses. */
const taking: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/api\/v1\/check$/, ['POST']],
  [/^\/sla\/calls\/\d+$/, ['POST']],
  [/^\/api\/v1\/coverage-requests$/, ['GET', 'HEAD', 'POST']],
  [/^\/api\/v1\/consumers\/[^/]+$/, ['PUT', 'DELETE']],
  [/^\/api\/v1\/consumers\/[^/]+\/closure$/, ['GET', 'HEAD', 'POST', 'DELETE']],
  [/^\/api\/v1\/subscriptions$/, ['GET', 'HEAD', 'POST']],
  [/^\/api\/v1\/subscriptions\/[^/]+\/ask$/, ['POST']],
  [/^\/api\/v1\/subscriptions\/[^/]+$/, ['DELETE']],
  [/^\/covered$/, ['GET', 'HEAD', 'POST']],
  [/^\/consumers\/feeds$/, ['GET', 'HEAD', 'POST']],
  [/^\/api\/v1\/consumers\/[^/]+\/feeds$/, ['GET', 'HEAD', 'POST']],
  [/^\/api\/v1\/consumers\/[^/]+\/feeds\/[^/]+$/, ['DELETE']],
  [/^\/requests$/, ['GET', 'HEAD', 'POST']],
  [/^\/(people|policy)\/(propose|approve|withdraw)$/, ['POST']],
  [/^\/releases\/(ask|approve|refuse)$/, ['POST']],
  [/^\/api\/v1\/release-exceptions$/, ['GET', 'HEAD', 'POST']],
  [/^\/api\/v1\/release-exceptions\/[^/]+$/, ['POST']],
  [/^\/sign-in$/, ['GET', 'HEAD', 'POST']],
  [/^\/(sign-out|account\/(tokens|tokens\/revoke|sessions\/end))$/, ['POST']],
  [/^\/reviews\/\d+$/, ['GET', 'HEAD', 'POST']],
  [/^\/findings\/\d+$/, ['GET', 'HEAD', 'POST']],
  [/^\/queue\/bulk$/, ['POST']],
  [/^\/unbounded$/, ['GET', 'HEAD', 'POST']],
  [/^(\/api\/v1)?\/embargoes(\/[^/]+)?$/, ['GET', 'HEAD', 'POST']],
  [/^\/api\/v1\/embargoes\/[^/]+\/acts$/, ['POST']],
  [/^\/api\/v1\/(findings\/\d+\/acts|triage)$/, ['POST']],
  [/^\/cache\/.+/, ['GET', 'HEAD', 'PUT']],
  [/^\/upload\/[^/]+\/[^/]+$/, ['PUT']],
  [/^\/(upload\/.+|publish\/[^/]+)$/, ['POST']],
  [/^(\/api\/v1\/organisations|\/org)\/[^/]+\/members$/, ['GET', 'HEAD', 'POST']],
  [/^\/flake\/[^/]+\/[^/]+\/(describe|yank)$/, ['POST']],
  [/^\/git\//, ['GET', 'HEAD', 'POST']],
  [/^\/(deliveries|subscriptions|unsubscribe\/[^/]+|confirm\/[^/]+|reply\/[^/]+)$/, ['GET', 'HEAD', 'POST']],
];

/** The methods that an address takes. */
export function methodsOf(path: string): readonly string[] {
  return taking.find(([pattern]) => pattern.test(path))?.[1] ?? ['GET', 'HEAD'];
}
