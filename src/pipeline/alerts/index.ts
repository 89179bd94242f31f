/** Turns where consumers stand, releases and findings into who must act and what is told to the world. */

export type { MustAct } from './model.ts';
export { mustAct, worstBand } from './must-act.ts';
export { advisoryChannel, releaseChannel, type SyndicatedAdvisory } from './syndicate.ts';
