/** Names, tokens and signed claims become people and workloads, with what each may do. */
export { type Person, type Principal, type Role, refusalOf, type Scope } from './model.ts';
