/** Names, tokens and signed claims become people and workloads, with what each may do. */

export { type Accounts, createAccounts } from './create-accounts.ts';
export { type Fingerprint, makeCredential, readCredential, readFingerprint, writeFingerprint } from './credential.ts';
export { createFailedCredentials } from './failed-credentials.ts';
export { isGranted } from './grant.ts';
export type { GrantStore, Member } from './grant-store.ts';
export { type FlakePlace, mayRead, mayWrite, type Visibility } from './may.ts';
export {
  type Grant,
  type GrantPlace,
  type GrantRole,
  grantRoles,
  type Person,
  type Principal,
  type Role,
  refusalOf,
  roles,
  type Scope,
  scopes,
} from './model.ts';
export { isClosed, type WorkloadRule } from './oidc/claim-rules.ts';
export { createIssuers } from './oidc/issuers.ts';
export { createSignInFlow, type SignInFlow } from './oidc/sign-in-flow.ts';
export { createVerifyWorkload } from './oidc/verify-workload.ts';
export { inPublicWords, inWords, type KnownPerson, mailboxOf, type PeopleChange } from './people-change.ts';
export type { PeopleOutcome } from './people-outcome.ts';
export { peopleRefusal } from './people-refusal.ts';
export type { PeopleStore, Proposal } from './people-store.ts';
export { proposalRefusal } from './proposal-refusal.ts';
export {
  approvable,
  approvedProposal,
  canDecideAbout,
  holdersOf,
  lapsesAt,
  type Matter,
  markApproved,
  type OpenProposal,
  openProposals,
  type ProposalFault,
  type ProposalTables,
  propose,
  roleFor,
  withdraw,
} from './proposals.ts';
export type { Session } from './session-store.ts';
export type { AccountsTables } from './tables.ts';
export type { CreateTokenOutcome, Proven, Token } from './token-store.ts';
