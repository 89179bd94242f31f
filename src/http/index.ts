/** Turns what the stages know into addresses: the flake registry, the pages, the API, the published feeds. */
export { createFirstAnswer, createHttpApp } from './app.ts';
export type { CachePorts } from './cache/ports.ts';
export type { ChannelRow } from './channel-port.ts';
export { type CoveredPort, type CoveredQuery, type CoverOutcome, standings } from './covered-port.ts';
export type { EmbargoPage, EmbargoPort } from './embargo-port.ts';
export type { EvidencePort, VexSubject } from './evidence/routes.ts';
export type { ExceptionPort } from './exception-port.ts';
export type { GitPort } from './git/routes.ts';
export type * from './ports.ts';
export type { FirstAnswer } from './registry/swift-redirects.ts';
export type { CaseRead, SlaPort } from './sla-ports.ts';
export type { TermsPort } from './terms-port.ts';
export type { FindingPage, TriagePort } from './triage-port.ts';
