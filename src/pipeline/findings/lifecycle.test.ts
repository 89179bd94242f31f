import { describe, expect, test } from 'vitest';
import { stages, transitionOf, transitions } from './lifecycle.ts';

// Retyped from the lifecycle of the SLA reference, section 3, and decision 0017; `*` is any number of people by severity.
const listed = `
matched            claimed                  triaging          1 analyst
triaging           unclaimed                matched           1 analyst robot
triaging           dismissed                dismissed         * analyst reviewer
triaging           verdict-approved         not_affected      2 analyst reviewer
triaging           affected                 affected          1 analyst
affected           determination-withdrawn  triaging          1 analyst
awaiting_upstream  determination-withdrawn  triaging          1 analyst
affected           upstream-reported        awaiting_upstream 1 analyst
affected           fix-started              fixing            1 analyst
awaiting_upstream  fix-started              fixing            1 analyst
fixing             fix-proposed             in_review         1 analyst
in_review          fix-revised              fixing            1 analyst reviewer
in_review          fix-rejected             fixing            1 reviewer
in_review          fix-approved             building          2 analyst reviewer
building           built                    testing           1 robot
building           build-failed             fixing            1 robot
testing            tested                   staged            1 robot
testing            test-failed              fixing            1 robot
staged             released                 released          1 robot release_manager
released           verified                 verified          1 robot reviewer
verified           closed                   closed            1 reviewer
staged             reopened                 triaging          1 analyst reviewer robot
released           reopened                 triaging          1 analyst reviewer robot
verified           reopened                 triaging          1 analyst reviewer robot
closed             reopened                 triaging          1 analyst reviewer robot
dismissed          reopened                 triaging          1 analyst reviewer robot
not_affected       reopened                 triaging          1 analyst reviewer robot
void               reopened                 triaging          1 analyst reviewer robot
matched            fixed                    staged            1 robot
triaging           fixed                    staged            1 robot
affected           fixed                    staged            1 robot
awaiting_upstream  fixed                    staged            1 robot
fixing             fixed                    staged            1 robot
in_review          fixed                    staged            1 robot
building           fixed                    staged            1 robot
testing            fixed                    staged            1 robot
matched            cleared                  dismissed         1 robot
triaging           cleared                  dismissed         1 robot
affected           cleared                  dismissed         1 robot
awaiting_upstream  cleared                  dismissed         1 robot
fixing             cleared                  dismissed         1 robot
in_review          cleared                  dismissed         1 robot
building           cleared                  dismissed         1 robot
testing            cleared                  dismissed         1 robot
matched            retracted                void              1 robot analyst
triaging           retracted                void              1 robot analyst
affected           retracted                void              1 robot analyst
awaiting_upstream  retracted                void              1 robot analyst
fixing             retracted                void              1 robot analyst
in_review          retracted                void              1 robot analyst
building           retracted                void              1 robot analyst
testing            retracted                void              1 robot analyst
`
  .trim()
  .split('\n')
  .map((line) => line.split(/\s+/));

const people = { one: '1', two: '2', severe: '*' } as const;
const events = [...new Set(transitions.map(({ event }) => event))];

describe.each(stages)('from %s', (from) => {
  test.each(events)('%s', (event) => {
    const row = listed.find(([stage, name]) => stage === from && `finding.${name}` === event);
    const way = transitionOf(event, from);
    expect(way === null ? undefined : [way.to, people[way.people], ...way.who]).toEqual(row?.slice(2));
  });
});

test('every stage can be reached, and left', () => {
  for (const stage of stages) {
    if (stage !== 'matched') expect(transitions.some(({ to }) => to === stage)).toBe(true);
    expect(transitions.some(({ from }) => from.includes(stage))).toBe(true);
  }
});
