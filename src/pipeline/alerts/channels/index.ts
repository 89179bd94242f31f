import type { AlertChannel } from './channel.ts';
import { discord } from './discord/channel.ts';
import { email } from './email/channel.ts';
import { flakehub } from './flakehub/channel.ts';
import { matrix } from './matrix/channel.ts';
import { pagerduty } from './pagerduty/channel.ts';
import { slack } from './slack/channel.ts';
import { teams } from './teams/channel.ts';
import { webhook } from './webhook/channel.ts';

/** Every kind of target: one folder and one line each. */
export const alertChannels: readonly AlertChannel[] = [
  email,
  slack,
  discord,
  teams,
  matrix,
  webhook,
  flakehub,
  pagerduty,
];
